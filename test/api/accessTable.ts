import type { Role } from "../../api/base/caller.ts";
import { roles } from "../../api/base/caller.ts";

const everyone: readonly Role[] = roles;
const changers: readonly Role[] = ["operator", "admin"];
const admins: readonly Role[] = ["admin"];
const approvers: readonly Role[] = ["approver", "admin"];

/** Written from docs/access.md's table of roles, not from the routes' own declarations. */
export const access: readonly (readonly [method: string, path: string, may: readonly Role[]])[] = [
  ["GET", "/v1/blueprints", everyone],
  ["POST", "/v1/blueprints", changers],
  ["GET", "/v1/blueprints/arena", everyone],
  ["GET", "/v1/blueprints/arena/versions", everyone],
  ["GET", "/v1/blueprints/arena/versions/sha256:arena", everyone],
  ["DELETE", "/v1/blueprints/arena/versions/sha256:absent", changers],
  ["GET", "/v1/policies", everyone],
  ["GET", "/v1/policies/security-no-open-door", everyone],
  ["GET", "/v1/targets", everyone],
  ["GET", "/v1/targets/sandbox", everyone],
  ["POST", "/v1/targets", admins],
  ["PATCH", "/v1/targets/sandbox", admins],
  ["DELETE", "/v1/targets/sandbox", admins],
  ["GET", "/v1/api-keys", admins],
  ["POST", "/v1/api-keys", admins],
  ["GET", "/v1/api-keys/key_x", admins],
  ["DELETE", "/v1/api-keys/key_x", admins],
  ["GET", "/v1/identity-providers", admins],
  ["POST", "/v1/identity-providers", admins],
  ["GET", "/v1/identity-providers/x", admins],
  ["DELETE", "/v1/identity-providers/x", admins],
  ["GET", "/v1/identities", admins],
  ["POST", "/v1/identities", admins],
  ["GET", "/v1/identities/github:x", admins],
  ["DELETE", "/v1/identities/github:x", admins],
  ["GET", "/v1/stack-sets", everyone],
  ["GET", "/v1/stack-sets/launch", everyone],
  ["POST", "/v1/stack-sets", changers],
  ["PATCH", "/v1/stack-sets/launch", changers],
  ["DELETE", "/v1/stack-sets/launch", changers],
  ["GET", "/v1/stacks", everyone],
  ["GET", "/v1/stacks/launch.sandbox.eu-west-1", everyone],
  ["POST", "/v1/stacks/launch.sandbox.eu-west-1/operations", changers],
  ["GET", "/v1/game-events", everyone],
  ["POST", "/v1/game-events", changers],
  ["GET", "/v1/game-events/ge_x", everyone],
  ["DELETE", "/v1/game-events/ge_x", approvers],
  ["GET", "/v1/exemptions", everyone],
  ["GET", "/v1/exemptions/ex_x", everyone],
  ["POST", "/v1/exemptions", changers],
  ["POST", "/v1/exemptions/ex_x/approve", approvers],
  ["POST", "/v1/exemptions/ex_x/reject", approvers],
  ["POST", "/v1/exemptions/ex_x/withdraw", everyone],
  ["GET", "/v1/spend", everyone],
  ["POST", "/v1/spend", admins],
  ["GET", "/v1/budgets", everyone],
  ["GET", "/v1/budgets/verification", admins],
  ["GET", "/v1/budgets/bu_x", everyone],
  ["GET", "/v1/budgets/bu_x/transactions", everyone],
  ["POST", "/v1/budgets", admins],
  ["PATCH", "/v1/budgets/bu_x", admins],
  ["DELETE", "/v1/budgets/bu_x", admins],
  ["POST", "/v1/gate", everyone],
  ["GET", "/v1/gate/bundle", everyone],
  ["GET", "/v1/audit-log", everyone],
  ["GET", "/v1/audit-log/verification", admins],
  ["GET", "/v1/sandbox/resources", admins],
  ["GET", "/v1/sandbox/resources/x", admins],
  ["PATCH", "/v1/sandbox/resources/x", admins],
  ["DELETE", "/v1/sandbox/resources/x", admins],
  ["GET", "/v1/sandbox/faults", admins],
  ["POST", "/v1/sandbox/faults", admins],
  ["DELETE", "/v1/sandbox/faults", admins],
  ["DELETE", "/v1/sandbox/faults/x", admins],
  ["GET", "/v1/sandbox/latency", admins],
  ["PUT", "/v1/sandbox/latency", admins],
  ["GET", "/v1/sandbox/ledger", admins],
  ["GET", "/v1/sandbox/quotas", admins],
  ["PUT", "/v1/sandbox/quotas", admins],
  ["GET", "/v1/stacks/launch.sandbox.eu-west-1/teardown", everyone],
  ["GET", "/v1/operations", everyone],
  ["GET", "/v1/operations/op_x", everyone],
  ["GET", "/v1/operations/op_x/events", everyone],
  ["GET", "/v1/operations/op_x/decisions", everyone],
  ["POST", "/v1/operations/op_x/cancel", changers],
  ["GET", "/v1/rollouts", everyone],
  ["GET", "/v1/rollouts/ro_x", everyone],
  ["GET", "/v1/rollouts/ro_x/events", everyone],
  ["POST", "/v1/rollouts/ro_x/cancel", changers],
  ["GET", "/v1/decisions", everyone],
  ["GET", "/v1/decisions/verification", admins],
  ["GET", "/v1/findings", everyone],
  ["POST", "/v1/estimates", everyone],
  ["GET", "/v1/policy-packs", everyone],
  ["POST", "/v1/policy-packs", changers],
  ["GET", "/v1/policy-packs/house", everyone],
  ["GET", "/v1/policy-packs/house/versions", everyone],
  ["GET", "/v1/policy-packs/house/versions/1.0.0", everyone],
  ["DELETE", "/v1/policy-packs/house/versions/1.0.0", changers],
  ["GET", "/v1/pack-assignments", everyone],
  ["POST", "/v1/pack-assignments", changers],
  ["GET", "/v1/pack-assignments/pa_x", everyone],
  ["DELETE", "/v1/pack-assignments/pa_x", changers],
  ["GET", "/v1/master-keys", admins],
  ["POST", "/v1/master-keys/rotations", admins],
  ["POST", "/v1/master-keys/1/retire", admins],
  ["GET", "/v1/quarantine", admins],
  ["POST", "/v1/quarantine/listing", admins],
  ["POST", "/v1/quarantine/release", admins],
  ["GET", "/v1/divergences", admins],
  ["POST", "/v1/divergences/adopt", admins],
  ["POST", "/v1/divergences/forget", admins],
  ["POST", "/v1/divergences/dv_x/adopt", admins],
  ["POST", "/v1/divergences/dv_x/forget", admins],
];

/** As much of an OpenAPI document as is looked into here. */
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>>;
}

/** `GET /v1/things/{id}` of each route that needs a key. */
export const guardedRoutes = ({ paths }: OpenApi): readonly string[] =>
  Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security }]) => security === undefined)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    .toSorted();

/** The routes that the table's lines lead to; a line that leads nowhere stands for itself. */
export const listedRoutes = (document: OpenApi): readonly string[] => {
  const routes = guardedRoutes(document).map((route) => ({
    route,
    pattern: new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`),
    parameters: route.split("{").length,
  }));
  return access
    .map(([method, path]) => {
      const fitting = routes.filter(({ pattern }) => pattern.test(`${method} ${path}`));
      const [first] = fitting.toSorted((left, right) => left.parameters - right.parameters);
      return first?.route ?? `${method} ${path}`;
    })
    .toSorted();
};
