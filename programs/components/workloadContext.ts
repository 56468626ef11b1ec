/** What every Kubernetes object of one stack is given. */
export interface WorkloadContext {
  readonly blueprint: string;
  readonly namespace: string;
  readonly labels: (component: string, colour?: string) => Readonly<Record<string, string>>;
}

/** The common labels of Kubernetes, and whose the object is. Label values cannot hold every character that a tag can. */
export function createWorkloadContext(blueprint: string, stackSet: string, namespace: string): WorkloadContext {
  return {
    blueprint,
    namespace,
    labels: (component, colour) => ({
      "app.kubernetes.io/name": blueprint,
      "app.kubernetes.io/instance": stackSet,
      "app.kubernetes.io/component": component,
      "app.kubernetes.io/managed-by": "meridian",
      ...(colour === undefined ? {} : { "meridian/colour": colour }),
    }),
  };
}
