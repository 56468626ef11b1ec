import { z } from "zod";
import { Problem } from "../base/problem.ts";
import type { ExchangeRequest } from "./tokenExchange.ts";

/** RFC 8693, section 2.1. */
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
/** Whose token a stock Pulumi CLI asks for (`requested_token_type`; client.go at version 3.259.0). */
const OF_ORGANIZATION = "urn:pulumi:token-type:access_token:organization";
const OF_TEAM = "urn:pulumi:token-type:access_token:team";
const OF_PERSON = "urn:pulumi:token-type:access_token:personal";
export const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const subjectTypes = ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"];
const wantedTypes = [ACCESS_TOKEN, OF_ORGANIZATION, OF_TEAM];

const seconds = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

/** A form has text only, so numbers come as text too. */
export const exchangeBody = z
  .object({
    grant_type: z.string().optional().describe(`\`${EXCHANGE}\`, which may be left out in JSON.`),
    subject_token: z.string().min(1).describe("The token that the pipeline's own service signed."),
    subject_token_type: z.string().optional().describe("`urn:ietf:params:oauth:token-type:id_token` or `…:jwt`."),
    requested_token_type: z
      .string()
      .optional()
      .describe("An access token, or as a Pulumi CLI says it, one of an organization."),
    audience: z.string().max(200).optional().describe("`urn:pulumi:org:TEAM`: the team that it is for."),
    team: z.string().max(100).optional().describe("The same in a word."),
    scope: z.string().max(200).optional().describe("`team:TEAM`, which must be the same team; nothing else."),
    expiration: seconds.optional().describe("Seconds; never more than the trust allows."),
  })
  .meta({ id: "ExchangeToken" });

/**
 * What is asked for, in the words of RFC 8693 and of Pulumi. An organization is a team here. A token of a Pulumi team within it is
 * the same when it has the same name; there are no others, and no token of a person: a pipeline is nobody.
 *
 * @throws Problem `invalid-request` with the error code of RFC 6749 (section 5.2) or RFC 8693 (section 2.2.2)
 */
export function readExchange(body: z.output<typeof exchangeBody>): ExchangeRequest {
  const { grant_type = EXCHANGE, subject_token_type: given = subjectTypes[0] ?? "" } = body;
  if (grant_type !== EXCHANGE)
    throw invalid(
      "unsupported_grant_type",
      `The grant type ${show(grant_type)} is not offered here. Send ${EXCHANGE}.`,
    );
  if (!subjectTypes.includes(given))
    throw invalid(
      "invalid_request",
      `The subject token type ${show(given)} is not taken. Send ${subjectTypes.join(" or ")}.`,
    );
  const wanted = body.requested_token_type ?? ACCESS_TOKEN;
  if (wanted === OF_PERSON)
    throw invalid("invalid_request", "Tokens of persons are not given to pipelines. Leave --oidc-user out.");
  if (!wantedTypes.includes(wanted))
    throw invalid(
      "invalid_request",
      `The requested token type ${show(wanted)} is not offered here. Send ${ACCESS_TOKEN}.`,
    );
  const team = teamIn(body);
  const scoped = scopeIn(body.scope);
  if (scoped !== undefined && team !== undefined && scoped !== team)
    throw invalid(
      "invalid_scope",
      `A team has no teams within it here: ask for a token of ${show(team)} without --oidc-team.`,
    );
  return { subjectToken: body.subject_token, team: team ?? scoped, lifetime: body.expiration };
}

function teamIn({ audience, team }: z.output<typeof exchangeBody>): string | undefined {
  if (audience === undefined || audience === "") return team;
  const named = /^urn:pulumi:org:(.+)$/.exec(audience)?.[1];
  if (named === undefined || (team !== undefined && team !== named))
    throw invalid(
      "invalid_target",
      `The audience ${show(audience)} is nothing here. Send urn:pulumi:org:TEAM, or leave it out.`,
    );
  return named;
}

function scopeIn(scope: string | undefined): string | undefined {
  if (scope === undefined || scope === "") return undefined;
  const named = /^team:(\S+)$/.exec(scope)?.[1];
  if (named === undefined)
    throw invalid(
      "invalid_scope",
      `The scope ${show(scope)} is not offered here. A trust's rule says what a token may.`,
    );
  return named;
}

const show = (text: string): string => JSON.stringify(text.slice(0, 200));

function invalid(error: string, detail: string): Problem {
  return new Problem("invalid-request", detail, { facts: { error } });
}
