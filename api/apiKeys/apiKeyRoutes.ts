import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent, thingName } from "../http/schemas.ts";
import { DEFAULT_TEAM } from "../teams/team.ts";
import { ensureTeam } from "../teams/teamStore.ts";
import { apiKeyView, createApiKey, hashKey, newApiKeyView, newKey } from "./apiKey.ts";
import { findApiKey, insertApiKey, listApiKeys, lockAdminKeys, revokeApiKey } from "./apiKeyStore.ts";
import type { KeyAuthenticator } from "./keyAuthenticator.ts";

export interface ApiKeyDeps {
  readonly authenticator: KeyAuthenticator;
  readonly clock: Clock;
}

const common = { tag: "API keys", permission: "administer" } as const;

export function apiKeyRoutes(deps: ApiKeyDeps): readonly Route[] {
  return [list(deps), show(deps), create(deps), revoke(deps)];
}

function list({ clock }: ApiKeyDeps): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/api-keys",
      summary: "List the keys that are valid, newest first",
      description: "The tokens of pipelines are among them; they name the identity provider that they come from.",
      query: z.strictObject({
        ...pageParameters,
        team: thingName.optional().describe("Only the keys of this team."),
        identityProvider: thingName.optional().describe("Only the tokens that were given by this trust."),
      }),
      answers: { 200: { description: "A page of keys, without the keys themselves.", schema: pageOf(apiKeyView) } },
    },
    async ({ query }, db) => ok(await listApiKeys(db, query, clock.now())),
  );
}

function show({ clock }: ApiKeyDeps): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/api-keys/{id}",
      summary: "Show a key, without the key itself",
      answers: { 200: { description: "The key.", schema: apiKeyView } },
    },
    async ({ params }, db) => {
      const found = await findApiKey(db, params.id, clock.now());
      if (found === undefined) throw absent("API key", params.id);
      return ok(found);
    },
  );
}

function create({ clock }: ApiKeyDeps): Route {
  return changes(
    {
      ...common,
      method: "post",
      path: "/v1/api-keys",
      action: "api-key.create",
      quarantine: "may-change",
      summary: "Make a key",
      description:
        "The key is in this answer and nowhere else: only its SHA-256 is kept. So an answer repeated under an Idempotency-Key leaves it out.",
      body: createApiKey,
      answers: { 201: { description: "The key was made.", schema: newApiKeyView } },
    },
    async ({ body, caller }, tx) => {
      const team = body.role === "admin" ? undefined : (body.team ?? DEFAULT_TEAM);
      if (team !== undefined) await ensureTeam(tx, team);
      const key = newKey();
      const { name, person, role, scope } = body;
      const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
      if (expiresAt !== undefined && expiresAt <= clock.now()) throw alreadyOver(body.expiresAt);
      const view = await insertApiKey(tx, {
        id: newId("key"),
        name,
        person,
        role,
        team,
        scope,
        expiresAt,
        hash: hashKey(key),
        createdBy: caller.name,
      });
      const subject = `/v1/api-keys/${view.id}`;
      return {
        answer: created(subject, { ...view, key }),
        repeated: created(subject, view),
        subject,
        team,
        details: {
          name,
          person: view.person,
          role,
          ...(scope && { scope }),
          ...(body.expiresAt && { expiresAt: body.expiresAt }),
        },
      };
    },
  );
}

function alreadyOver(expiresAt: string | undefined): Problem {
  const detail = `${expiresAt} is over. Give a time to come, in UTC.`;
  return invalidRequest([{ pointer: "/expiresAt", detail }]);
}

function revoke({ authenticator, clock }: ApiKeyDeps): Route {
  return changes(
    {
      ...common,
      method: "delete",
      path: "/v1/api-keys/{id}",
      action: "api-key.revoke",
      quarantine: "may-change",
      summary: "Revoke a key",
      description: "At once in the process that answers, within three seconds in all others.",
      answers: { 204: { description: "The key is no longer valid." } },
      problems: ["invalid-transition"],
    },
    async ({ params }, tx) => {
      const admins = await lockAdminKeys(tx);
      if (admins.length === 1 && admins[0] === params.id) {
        throw new Problem("invalid-transition", "This is the last admin's key. Make another before you revoke it.");
      }
      const found = await findApiKey(tx, params.id, clock.now());
      if (found === undefined || !(await revokeApiKey(tx, params.id, clock.now()))) throw absent("API key", params.id);
      return {
        answer: noContent(),
        subject: `/v1/api-keys/${params.id}`,
        team: found.team,
        details: { name: found.name, role: found.role },
        afterCommit: () => authenticator.forget(),
      };
    },
  );
}
