import { z } from "zod";
import { type Permission, permissionNames, permissions, type Role, type Scope } from "../base/caller.ts";
import { LONGEST_PATTERN } from "../base/glob.ts";

const pattern = z.string().trim().min(1).max(LONGEST_PATTERN).meta({ example: "launch.*" });
const patterns = z.array(pattern).min(1, "Name at least one, or leave the member out.").max(100);

const members = {
  projects: patterns.optional().describe("Patterns of project names: only their stacks."),
  permissions: z
    .array(z.enum(permissionNames))
    .min(1, "Name at least one, or leave the member out.")
    .optional()
    .describe("Only these of the role's permissions, and `read`."),
};
const stacks = "Patterns of stack names; one with a slash is of `project/name`.";

/** What a key is narrowed to. `*` stands for any characters but a slash, `**` for any. */
export const scopeView = z
  .object({ ...members, stacks: patterns.optional().describe(stacks) })
  .meta({ id: "KeyScope" });

/** The same as an admin writes it. */
export const createScope = z
  .strictObject({
    ...members,
    stacks: z
      .union([patterns, pattern.transform((one) => [one])])
      .optional()
      .describe(`${stacks} A single one may stand without a list.`),
  })
  .refine((scope) => Object.values(scope).some((member) => member !== undefined), {
    error: "A scope that narrows nothing. Give projects, stacks or permissions, or leave scope out.",
  })
  .meta({ id: "CreateKeyScope" });

/** The permissions of a scope that the role does not have: a narrowed key cannot do more than its role. */
export function beyondRole(role: Role, scope: Scope | undefined): readonly Permission[] {
  return (scope?.permissions ?? []).filter((permission) => {
    const allowed: readonly Role[] = permissions[permission];
    return !allowed.includes(role);
  });
}
