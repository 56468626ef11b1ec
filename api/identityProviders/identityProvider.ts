import { z } from "zod";
import { beyondRole, createScope, scopeView } from "../apiKeys/scope.ts";
import { LONGEST_PATTERN, matchesGlob } from "../base/glob.ts";
import { personOf, spellingOf } from "../base/person.ts";
import { thingName, timestamp } from "../http/schemas.ts";
import { isFetchable } from "./issuerUrl.ts";
import type { Claims } from "./signedToken.ts";

/** An admin's key belongs to a person. */
const tokenRoles = ["viewer", "operator", "approver"] as const;

/**
 * Claims that say whose pipeline it is, at the issuers of GitHub and GitLab, which sign for everybody in the world. A rule
 * must bind one of them.
 */
const identifying = [
  "sub",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "project_path",
  "project_id",
  "namespace_path",
  "namespace_id",
] as const;

const pattern = z.string().min(1).max(LONGEST_PATTERN);
const patterns = z.union([pattern, z.array(pattern).min(1).max(50)]);

const rule = {
  claims: z
    .record(z.string().min(1).max(100), patterns)
    .describe("Each must fit: a pattern or a list of them. `*` stands for any characters but a slash, `**` for any.")
    .meta({ example: { repository: "org/game", ref: "refs/heads/main" } }),
  role: z.enum(tokenRoles),
};

const createRule = z
  .strictObject({ ...rule, scope: createScope.optional() })
  .superRefine(({ claims, role, scope }, context) => {
    if (!identifying.some((name) => Object.hasOwn(claims, name) && listOf(claims[name]).every(isBound))) {
      const message = `No claim says whose pipeline it is. Bind one of ${identifying.join(", ")}, without a star before its first slash.`;
      context.addIssue({ code: "custom", path: ["claims"], message });
    }
    for (const permission of beyondRole(role, scope)) {
      const message = `The role ${role} does not have the permission ${permission}. Leave it out, or choose another role.`;
      context.addIssue({ code: "custom", path: ["scope", "permissions"], message });
    }
  });

const fetchable = z
  .string()
  .max(500)
  .refine(isFetchable, "Give an https address without a query (http from this machine only).");

const members = {
  name: thingName.describe("Stands before the pipeline's own name in `requestedBy` and in the audit log."),
  issuer: fetchable.meta({ example: "https://token.actions.githubusercontent.com" }),
  audience: z.string().min(1).max(500).describe("What the tokens must be made for."),
  jwksUri: fetchable.optional().describe("Where the issuer's keys are, when not where its discovery document says."),
  team: thingName.describe("Whose tokens these are."),
  maxTtlSeconds: z.int().min(60).max(43_200).default(3_600).describe("How long a token is valid at most."),
};

export const createIdentityProvider = z
  .strictObject({ ...members, rules: z.array(createRule).min(1).max(100).describe("The first that fits decides.") })
  .meta({ id: "CreateIdentityProvider" });
export type CreateIdentityProvider = z.output<typeof createIdentityProvider>;

export const identityProviderView = z
  .object({
    ...members,
    maxTtlSeconds: z.int(),
    rules: z.array(z.object({ ...rule, scope: scopeView.optional() })),
    createdAt: timestamp,
    createdBy: z.string(),
  })
  .meta({ id: "IdentityProvider" });
export type IdentityProvider = z.output<typeof identityProviderView>;
export type TokenRule = IdentityProvider["rules"][number];

/** No star before the first slash: `org/*` is bound to its owner, `*` and `org**` are not. */
function isBound(text: string): boolean {
  return !(text.split("/", 1)[0] ?? "").includes("*");
}

/** The first rule whose claims all fit. */
export function ruleFor(rules: readonly TokenRule[], claims: Claims): TokenRule | undefined {
  return rules.find((each) =>
    Object.entries(each.claims).every(([name, wanted]) =>
      fits(listOf(wanted), Object.hasOwn(claims, name) ? claims[name] : undefined),
    ),
  );
}

/** A claim that is a list fits when one of its members does. */
function fits(wanted: readonly string[], claim: unknown): boolean {
  const values = (Array.isArray(claim) ? claim : [claim]).filter(isPlain).map(String);
  return values.some((value) => wanted.some((one) => matchesGlob(one, value)));
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

const listOf = (given: string | readonly string[] | undefined): readonly string[] =>
  given === undefined ? [] : typeof given === "string" ? [given] : given;

const LONGEST_NAME = 200;

/**
 * Who a pipeline is, for people: `github:org/game@refs/heads/main`, by the claims of GitHub or GitLab, otherwise by its
 * subject.
 */
export function pipelineName(provider: string, claims: Claims): string {
  const place = claims["repository"] ?? claims["project_path"];
  const { ref } = claims;
  const who = typeof place === "string" && typeof ref === "string" ? `${place}@${ref}` : (claims.sub ?? "unknown");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an issuer's text must not move anybody's cursor, and PostgreSQL takes no zero
  return `${provider}:${who}`.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "").slice(0, LONGEST_NAME);
}

/** Where issuers say who set a pipeline going, the first that is there: GitHub; GitLab. */
const personClaims = ["actor", "user_email", "user_login"] as const;

/**
 * The identity that a pipeline acts under: who set it going, as the issuer calls them by the claims of GitHub or GitLab
 * (`github:ada`), otherwise its subject (`github:sub:…`). What names nobody is passed over. Whose it is, an admin says: the same
 * name means one person at the issuer and another here.
 */
export function pipelineIdentity(provider: string, claims: Claims): string {
  const people = personClaims.map((name) => claims[name]);
  const [login] = people.flatMap((claim) => (typeof claim === "string" ? (personOf(claim) ?? []) : []));
  if (login !== undefined) return `${provider}:${login}`;
  const subject = claims.sub === undefined ? undefined : spellingOf(claims.sub);
  return subject === undefined ? pipelineName(provider, claims).toLowerCase() : `${provider}:sub:${subject}`;
}
