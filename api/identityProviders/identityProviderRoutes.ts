import { z } from "zod";
import { revokeTokensOf } from "../apiKeys/apiKeyStore.ts";
import type { KeyAuthenticator } from "../apiKeys/keyAuthenticator.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, described, type Route, reads } from "../http/route.ts";
import { absent } from "../http/schemas.ts";
import { ensureTeam } from "../teams/teamStore.ts";
import { exchangeBody } from "./exchangeRequest.ts";
import { EXCHANGE_PATH } from "./exchangeRouter.ts";
import { createIdentityProvider, identityProviderView } from "./identityProvider.ts";
import {
  deleteIdentityProvider,
  findIdentityProvider,
  insertIdentityProvider,
  listIdentityProviders,
} from "./identityProviderStore.ts";

export interface IdentityProviderDeps {
  readonly authenticator: KeyAuthenticator;
  readonly clock: Clock;
}

const tag = "Identity providers";
const common = { tag, permission: "administer" } as const;

export function identityProviderRoutes(deps: IdentityProviderDeps): readonly Route[] {
  return [list(), show(), create(), remove(deps), exchange()];
}

function list(): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/identity-providers",
      summary: "List the trusts by which pipelines get tokens, by name",
      query: z.strictObject({ ...pageParameters }),
      answers: { 200: { description: "A page of trusts.", schema: pageOf(identityProviderView) } },
    },
    async ({ query }, db) => ok(await listIdentityProviders(db, query)),
  );
}

function show(): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/identity-providers/{name}",
      summary: "Show a trust",
      answers: { 200: { description: "The trust.", schema: identityProviderView } },
    },
    async ({ params }, db) => {
      const found = await findIdentityProvider(db, params.name);
      if (found === undefined) throw absent("identity provider", params.name);
      return ok(found);
    },
  );
}

function create(): Route {
  return changes(
    {
      ...common,
      method: "post",
      path: "/v1/identity-providers",
      action: "identity-provider.create",
      summary: "Trust an issuer of tokens",
      description:
        "Its pipelines exchange what it signs for a short-lived token of the team, with the role and scope of the first rule that fits.",
      body: createIdentityProvider,
      answers: { 201: { description: "It is trusted.", schema: identityProviderView } },
      problems: ["already-exists"],
    },
    async ({ body, caller }, tx) => {
      await ensureTeam(tx, body.team);
      const made = await insertIdentityProvider(tx, { ...body, createdBy: caller.name });
      if (made === undefined) {
        throw new Problem(
          "already-exists",
          `There is an identity provider ${body.name}. Delete it, or choose another name.`,
        );
      }
      const subject = `/v1/identity-providers/${made.name}`;
      const { issuer, audience, rules } = made;
      return { answer: created(subject, made), subject, team: made.team, details: { issuer, audience, rules } };
    },
  );
}

function remove({ authenticator, clock }: IdentityProviderDeps): Route {
  return changes(
    {
      ...common,
      method: "delete",
      path: "/v1/identity-providers/{name}",
      action: "identity-provider.delete",
      summary: "Trust an issuer no longer",
      description: "The tokens that were given by this trust are revoked with it.",
      answers: { 204: { description: "It is trusted no longer." } },
    },
    async ({ params }, tx) => {
      const found = await deleteIdentityProvider(tx, params.name);
      if (found === undefined) throw absent("identity provider", params.name);
      const tokens = await revokeTokensOf(tx, found.name, clock.now());
      return {
        answer: noContent(),
        subject: `/v1/identity-providers/${found.name}`,
        team: found.team,
        details: { issuer: found.issuer, revokedTokens: tokens },
        afterCommit: () => authenticator.forget(),
      };
    },
  );
}

const exchanged = z
  .object({
    access_token: z.string(),
    issued_token_type: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().describe("Seconds."),
    scope: z.string(),
  })
  .meta({ id: "ExchangedToken" });

/** Served by `exchangeRouter`. */
function exchange(): Route {
  return described({
    method: "post",
    path: EXCHANGE_PATH,
    tag,
    summary: "Exchange a pipeline's own token for one of a team",
    description:
      "RFC 8693, as a form or as JSON; an error has `error` and `error_description` besides. A stock CLI does the same by `pulumi login --oidc-token`.",
    body: exchangeBody,
    answers: { 200: { description: "The token. It is nowhere else.", schema: exchanged } },
    problems: ["forbidden"],
  });
}
