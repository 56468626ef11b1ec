import { Problem } from "./problem.ts";

export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a role lets its holder do; API.md's table of roles, one word an action. */
export const permissions = {
  read: ["viewer", "operator", "approver", "admin"],
  change: ["operator", "admin"],
  approve: ["approver", "admin"],
  administer: ["admin"],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

/** Who asked. Made from a key, or from the token that the service gives to the engine of one operation. */
export interface Caller {
  /** `key_…` or, for an engine of the service, the operation's `op_…`. */
  readonly id: string;
  /** The key's name, for the audit log and `requestedBy`. */
  readonly name: string;
  readonly role: Role;
  /** The team the key belongs to; undefined for an admin's, which reaches all teams. */
  readonly team: string | undefined;
  /** Set when the caller is the engine of an operation: it reaches this one stack and nothing else. */
  readonly operation?: { readonly id: string; readonly stackId: string };
}

/** @throws Problem `forbidden`, naming the permission, when the caller's role does not have it. */
export function requirePermission(caller: Caller, permission: Permission): void {
  const allowed: readonly Role[] = permissions[permission];
  if (allowed.includes(caller.role)) return;
  throw new Problem(
    "forbidden",
    `The role ${caller.role} does not have the permission "${permission}". Ask an admin for a key with the role ${allowed.join(" or ")}.`,
    { facts: { permission, role: caller.role } },
  );
}

/** Whether what a team owns exists for the caller at all. */
export function maySee(caller: Caller, team: string): boolean {
  return caller.team === undefined || caller.team === team;
}
