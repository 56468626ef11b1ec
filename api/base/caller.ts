import { Problem } from "./problem.ts";
import { type Reach, reaches, type StackAddress } from "./reach.ts";

export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a role lets its holder do: the one table. docs/access.md says what each permission is needed for. */
export const permissions = {
  read: ["viewer", "operator", "approver", "admin"],
  preview: ["viewer", "operator", "approver", "admin"],
  change: ["operator", "admin"],
  "export-secrets": ["operator", "admin"],
  "import-state": ["operator", "admin"],
  "edit-state": ["operator", "admin"],
  "cancel-others": ["operator", "admin"],
  "remove-stacks": ["operator", "admin"],
  approve: ["approver", "admin"],
  administer: ["admin"],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

/** The permissions' names, in the table's order. */
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]; // the keys of the const object above

/** To what a key was narrowed when it was made; a member that is absent narrows nothing. */
export interface Scope extends Reach {
  readonly permissions?: readonly Permission[] | undefined;
}

/** Who asked. Made from a key, or from the token that the service gives to the engine of one operation. */
export interface Caller {
  /** `key_…`, `tok_…` for a pipeline's token or, for an engine of the service, the operation's `op_…`. */
  readonly id: string;
  /** The key's name, for the audit log and `requestedBy`. */
  readonly name: string;
  /**
   * Whose key it is, as far as anybody has said: a person (`personOf`), otherwise an identity with a colon. An engine of the
   * service is the person who asked for its operation.
   */
  readonly person: string;
  readonly role: Role;
  /** The team the key belongs to; undefined for an admin's, which reaches all teams. */
  readonly team: string | undefined;
  /** Undefined for a key that may all that its role may. */
  readonly scope?: Scope | undefined;
  /** Set when the caller is the engine of an operation: it reaches this one stack and nothing else, for what the operation is to do. */
  readonly operation?: { readonly id: string; readonly stackId: string; readonly kind: string };
}

/** As much of a caller as decides what it may. */
export type Permitted = Pick<Caller, "role" | "scope">;

/** Whether the caller's role has the permission and its key was not narrowed to others. `read` is never narrowed away. */
export function may({ role, scope }: Permitted, permission: Permission): boolean {
  const allowed: readonly Role[] = permissions[permission];
  if (!allowed.includes(role)) return false;
  return permission === "read" || scope?.permissions === undefined || scope.permissions.includes(permission);
}

/** @throws Problem `forbidden`, naming the permission, when the caller does not have it. */
export function requirePermission(caller: Permitted, permission: Permission): void {
  if (!may(caller, permission)) throw missingPermission(caller, permission);
}

/**
 * The refusal that names the permission, and whether it is the role or the key's scope that lacks it.
 *
 * @param why a clause for people, as `, which an update needs`
 */
export function missingPermission({ role, scope }: Permitted, permission: Permission, why = ""): Problem {
  const allowed: readonly Role[] = permissions[permission];
  const facts = { permission, role };
  const lacks = `does not have the permission "${permission}"${why}.`;
  if (!allowed.includes(role)) {
    const remedy = `Ask an admin for a key with the role ${allowed.join(" or ")}.`;
    return new Problem("forbidden", `The role ${role} ${lacks} ${remedy}`, { facts });
  }
  const kept = ["read", ...(scope?.permissions ?? [])].join(", ");
  const remedy = "Ask an admin for a key that has it.";
  return new Problem("forbidden", `This key was narrowed to ${kept} and ${lacks} ${remedy}`, { facts });
}

/** Whether what a team owns exists for the caller at all. */
export function maySee(caller: Pick<Caller, "team">, team: string): boolean {
  return caller.team === undefined || caller.team === team;
}

/** Whether the stack exists for the caller: it is its team's, and its key was not narrowed to others. */
export function mayReach(
  caller: Pick<Caller, "team" | "scope">,
  stack: StackAddress & { readonly team: string },
): boolean {
  return maySee(caller, stack.team) && reaches(caller.scope, stack);
}

/** Whether the key was narrowed to some stacks, so that what concerns a whole team is not its business. */
export function isNarrowed({ scope }: Pick<Caller, "scope">): boolean {
  return scope?.projects !== undefined || scope?.stacks !== undefined;
}
