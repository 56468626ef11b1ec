import { Problem } from "../../base/problem.ts";
import { fullName, type StackRecord } from "../stacks/stackRecord.ts";
import type { Deployment } from "./deployment.ts";

/**
 * The service runs operations of a stack that is bound to a target, and reads its secrets to judge them.
 *
 * @throws Problem `invalid-transition` where such a stack's state would keep them elsewhere
 */
export function requireOwnSecrets(stack: StackRecord, provider: Deployment["secrets_providers"] | null): void {
  const type = provider?.type;
  if (stack.target === undefined || type === undefined || type === "" || type === "service") return;
  throw new Problem(
    "invalid-transition",
    `The state keeps its secrets with ${type}, and ${fullName(stack)} is bound to a target, whose stacks keep them with the service. ` +
      'Run "pulumi stack change-secrets-provider default" where the state comes from, and import it again.',
    { facts: { secretsProvider: type } },
  );
}
