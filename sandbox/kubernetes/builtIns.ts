import type { Companion } from "../model/model.ts";
import { object, type Properties } from "../model/values.ts";
import { completedNamespace, defaultAccount, NAMESPACE, PRIORITY_CLASS } from "./namespaces.ts";

const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];
/** Names and values of k8s.io/kubernetes, pkg/apis/scheduling. */
const PRIORITIES = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 };

/**
 * What is in an EKS cluster from its first moment: namespaces with their accounts, and the system's priority classes. They
 * come and go with the cluster, as its companions. `now` is RFC 3339.
 */
export function builtInObjects(cluster: string, now: string): readonly Companion[] {
  const made = (type: string, id: string, inputs: Properties, outputs: Properties): Companion => {
    const metadata = { ...object(outputs, "metadata"), creationTimestamp: now };
    return { type, id, inputs, outputs: { ...outputs, metadata }, cluster };
  };
  return [
    ...NAMESPACES.flatMap((name) => {
      const inputs = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      const outputs = { ...completedNamespace(inputs), status: { phase: "Active" } };
      return [made(NAMESPACE, name, inputs, outputs), defaultAccount(name, cluster, now)];
    }),
    ...Object.entries(PRIORITIES).map(([name, value]) => {
      const inputs = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value };
      return made(PRIORITY_CLASS, name, inputs, { ...inputs, preemptionPolicy: "PreemptLowerPriority" });
    }),
  ];
}
