import * as pulumi from "@pulumi/pulumi";

export interface KubeconfigParts {
  readonly clusterName: pulumi.Input<string>;
  readonly endpoint: pulumi.Input<string>;
  /** Base64. */
  readonly certificateAuthority: pulumi.Input<string>;
  readonly region: string;
}

/**
 * A kubeconfig as JSON. It asks the AWS CLI for a token at each use: a token in it would be stale after 15 minutes, would be
 * different at every run, and would make every preview show a change.
 */
export function kubeconfig({
  clusterName,
  endpoint,
  certificateAuthority,
  region,
}: KubeconfigParts): pulumi.Output<string> {
  return pulumi.jsonStringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "stack",
    contexts: [{ name: "stack", context: { cluster: "stack", user: "stack" } }],
    clusters: [{ name: "stack", cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    users: [
      {
        name: "stack",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            interactiveMode: "Never",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
          },
        },
      },
    ],
  });
}
