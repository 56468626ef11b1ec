import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { roles } from "../base/caller.ts";
import { thingName, timestamp } from "../http/schemas.ts";
import { personName } from "../persons/identity.ts";
import { beyondRole, createScope, scopeView } from "./scope.ts";

/** Makes a leaked key, or a pipeline's token, recognisable to people and to scanners of repositories. */
const prefixes = { key: "mk_", token: "mt_" } as const;

export const apiKeyView = z
  .object({
    id: z.string().meta({ example: "key_01939c2e-8a4f-7cc1-9d51-3f2b8a6c7d10" }),
    name: z.string(),
    person: z
      .string()
      .describe(
        "Whose key it is: a person, or an identity of which `POST /v1/identities` says whose it is: `key:` and its id of one that was given to nobody by name, `github:ada` of a pipeline's token.",
      ),
    role: z.enum(roles),
    team: z.string().optional().describe("Absent for admins, who reach every team."),
    createdAt: timestamp,
    createdBy: z.string(),
    lastUsedAt: timestamp.optional().describe("Exact to a minute."),
    expiresAt: timestamp.optional().describe("Absent for a key that is valid until it is revoked."),
    scope: scopeView
      .optional()
      .describe("What the key was narrowed to; absent for one that may all that its role may."),
    identityProvider: z
      .string()
      .optional()
      .describe("By which trust a pipeline got it; absent for a key of an admin's making."),
  })
  .meta({ id: "ApiKey" });
export type ApiKeyView = z.output<typeof apiKeyView>;

export const newApiKeyView = apiKeyView
  .extend({ key: z.string().optional().describe("The key itself. Shown in this answer, and never again.") })
  .meta({ id: "NewApiKey" });

export const createApiKey = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .describe("Who or what uses it: it appears as `requestedBy` and in the audit log."),
    person: personName
      .optional()
      .describe(
        "Whose key it is: an e-mail address or a name of your directory, compared without regard to case. Where two people are needed, two keys of one person are one, and a key without a person is nobody's.",
      ),
    role: z.enum(roles),
    team: thingName.optional().describe("`default` without it; made when it is new. None for an admin."),
    scope: createScope.optional().describe("Narrows the key below its role. None for an admin."),
    expiresAt: timestamp.optional().describe("When it stops being valid; never without it."),
  })
  .refine((request) => request.role !== "admin" || request.team === undefined, {
    path: ["team"],
    error: "An admin's key belongs to no team. Leave team out, or choose another role.",
  })
  .refine((request) => request.role !== "admin" || request.scope === undefined, {
    path: ["scope"],
    error: "An admin's key cannot be narrowed. Leave scope out, or choose another role.",
  })
  .superRefine(({ role, scope }, context) => {
    for (const permission of beyondRole(role, scope)) {
      const message = `The role ${role} does not have the permission ${permission}. Leave it out, or choose another role.`;
      context.addIssue({ code: "custom", path: ["scope", "permissions"], message });
    }
  })
  .meta({ id: "CreateApiKey" });

/** A new key: 256 random bits, so that a plain SHA-256 of it can be kept and not be guessed back. */
export function newKey(kind: keyof typeof prefixes = "key"): string {
  return prefixes[kind] + randomBytes(32).toString("base64url");
}

/** What is kept of a key, or of an operation's token. */
export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** The key in an Authorization header: `Bearer KEY`, or `token KEY` as the Pulumi CLI writes it. */
export function readAuthorization(header: string | undefined): string | undefined {
  const match = /^(?:bearer|token) +([\x21-\x7e]{1,512}) *$/i.exec(header ?? "");
  return match?.[1];
}
