import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface ServiceRoleArgs {
  readonly context: StackContext;
  /** What the role is to its stack; part of its physical name. */
  readonly role: string;
  readonly description: string;
  readonly trust: pulumi.Input<string>;
  /** Names of AWS managed policies, such as `AmazonEKSClusterPolicy`. */
  readonly managedPolicies?: readonly string[];
  /** ARNs of policies that someone else made, each by a name that is unique here. */
  readonly attachedPolicies?: Readonly<Record<string, string>>;
  readonly statements?: readonly Statement[];
}

/** A role and all it may do. Whatever needs the role depends on the whole component: a role without its policies is refused late. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ServiceRoleArgs, place: ComponentPlace) {
    const { context, description, trust, managedPolicies = [], attachedPolicies = {}, statements = [] } = args;
    super(componentType(context.blueprint, "ServiceRole"), name, {}, place);
    const child = { parent: this };
    const role = new Role(
      `${name}-role`,
      {
        name: context.name("role", args.role),
        description,
        assumeRolePolicy: trust,
        tags: context.tags(`${name}-role`),
      },
      child,
    );
    for (const policy of managedPolicies) {
      const policyArn = `arn:${context.partition.name}:iam::aws:policy/${policy}`;
      new RolePolicyAttachment(`${name}-${policy}`, { role: role.name, policyArn }, child);
    }
    for (const [policy, policyArn] of Object.entries(attachedPolicies)) {
      new RolePolicyAttachment(`${name}-${policy}`, { role: role.name, policyArn }, child);
    }
    if (statements.length > 0) {
      new RolePolicy(`${name}-policy`, { name: args.role, role: role.name, policy: policyDocument(statements) }, child);
    }
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
