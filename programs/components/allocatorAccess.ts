import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface AllocatorAccessArgs {
  /** Of the namespace in which servers are allocated. */
  readonly workload: WorkloadContext;
  /** Who may: a service account of another namespace. */
  readonly account: { readonly name: string; readonly namespace: string };
}

const role = "allocator";

/** Lets a matchmaker take a ready server for a session, and look at servers; it can neither make nor change nor delete any. */
export class AllocatorAccess extends pulumi.ComponentResource {
  constructor(name: string, { workload, account }: AllocatorAccessArgs, place: ComponentPlace) {
    super(componentType(workload.blueprint, "AllocatorAccess"), name, {}, place);
    const metadata = { name: role, namespace: workload.namespace, labels: workload.labels(role) };
    const rules = new Role(
      `${name}-rules`,
      {
        metadata,
        rules: [
          { apiGroups: ["allocation.agones.dev"], resources: ["gameserverallocations"], verbs: ["create"] },
          { apiGroups: ["agones.dev"], resources: ["gameservers"], verbs: ["get", "list", "watch"] },
        ],
      },
      { parent: this },
    );
    new RoleBinding(
      `${name}-rules`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
        subjects: [{ kind: "ServiceAccount", ...account }],
      },
      { parent: this, dependsOn: [rules] },
    );
    this.registerOutputs({});
  }
}
