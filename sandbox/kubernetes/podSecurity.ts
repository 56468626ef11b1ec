import type { CloudView } from "../model/model.ts";
import { isProperties, list, object, type Properties, text, texts } from "../model/values.ts";
import { NAMESPACE } from "./kind.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** Why the namespace's level of the Pod Security Standards does not admit a pod; its main controls, not all of them. */
export function podSecurityRefusal(spec: Properties, namespace: string, cloud: CloudView): string | undefined {
  const labels = object(object(cloud.find(NAMESPACE, namespace)?.outputs ?? {}, "metadata"), "labels");
  const level = text(labels, ENFORCE);
  if (level !== "baseline" && level !== "restricted") return undefined;
  const why = [...baseline(spec), ...(level === "restricted" ? restricted(spec) : [])];
  return why.length === 0 ? undefined : `violates PodSecurity "${level}:latest": ${why.join(", ")}`;
}

function containersOf(spec: Properties): readonly Properties[] {
  return [...list(spec, "containers"), ...list(spec, "initContainers")].filter(isProperties);
}

function baseline(spec: Properties): readonly string[] {
  const contexts = containersOf(spec).map((one) => object(one, "securityContext"));
  const volumes = list(spec, "volumes").filter(isProperties);
  const ports = containersOf(spec).flatMap((one) => list(one, "ports").filter(isProperties));
  return held({
    "host namespaces": ["hostNetwork", "hostPID", "hostIPC"].some((name) => spec[name] === true),
    privileged: contexts.some((context) => context["privileged"] === true),
    "hostPath volumes": volumes.some((volume) => volume["hostPath"] !== undefined),
    hostPort: ports.some(({ hostPort }) => typeof hostPort === "number" && hostPort !== 0),
  });
}

function restricted(spec: Properties): readonly string[] {
  const pod = object(spec, "securityContext");
  const contexts = containersOf(spec).map((one) => object(one, "securityContext"));
  const dropped = (context: Properties): boolean => texts(object(context, "capabilities")["drop"]).includes("ALL");
  const profiled = (context: Properties): boolean =>
    ["RuntimeDefault", "Localhost"].includes(text(object(context, "seccompProfile"), "type") ?? "");
  return held({
    "allowPrivilegeEscalation != false": contexts.some((context) => context["allowPrivilegeEscalation"] !== false),
    "unrestricted capabilities": !contexts.every(dropped),
    "runAsNonRoot != true": contexts.some((context) => (context["runAsNonRoot"] ?? pod["runAsNonRoot"]) !== true),
    "runAsUser=0": [pod, ...contexts].some((context) => context["runAsUser"] === 0),
    seccompProfile: !profiled(pod) && !contexts.every(profiled),
  });
}

function held(violations: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(violations).flatMap(([name, violated]) => (violated ? [name] : []));
}
