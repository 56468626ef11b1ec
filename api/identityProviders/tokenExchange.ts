import { createHash } from "node:crypto";
import { hashKey, newKey } from "../apiKeys/apiKey.ts";
import { insertApiKey, sweepTokens } from "../apiKeys/apiKeyStore.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { AuditSink } from "../http/audit.ts";
import { type IdentityProvider, pipelineIdentity, pipelineName, ruleFor, type TokenRule } from "./identityProvider.ts";
import { countExchange, providersOfIssuer } from "./identityProviderStore.ts";
import type { FindIssuerKey } from "./issuerKeys.ts";
import { type Claims, isSignedBy, readSignedToken, refused, requireCurrent, type SignedToken } from "./signedToken.ts";

export interface ExchangeRequest {
  /** What the issuer signed. */
  readonly subjectToken: string;
  /** The team that the token is wanted for; undefined for whichever trust fits. */
  readonly team: string | undefined;
  /** Seconds for which it is wanted; never more than the trust allows. */
  readonly lifetime: number | undefined;
}

export interface ExchangedToken {
  readonly token: string;
  readonly expiresIn: number;
}

/**
 * Gives a pipeline a token for what an issuer signed of it.
 *
 * @throws Problem `unauthenticated` for what no trusted issuer signed for here and now, `forbidden` when no rule fits or it was
 * exchanged too often, `invalid-request` when several trusts fit, `unavailable` when the issuer's keys cannot be read
 */
export type ExchangeToken = (request: ExchangeRequest) => Promise<ExchangedToken>;

export interface TokenExchangeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditSink;
  readonly findKey: FindIssuerKey;
}

/** A client that did not get the answer asks again, and a job may log in twice; more is somebody else. */
const MOST_EXCHANGES = 5;
/** Seconds for which an assertion is remembered beyond its end, because it is taken for a moment beyond it. */
const REMEMBERED_BEYOND = 120;

interface Fit {
  readonly provider: IdentityProvider;
  readonly rule: TokenRule;
}

export function createTokenExchange({ db, clock, audit, findKey }: TokenExchangeDeps): ExchangeToken {
  async function isGenuine(signed: SignedToken, { issuer, jwksUri }: IdentityProvider): Promise<boolean> {
    const key = await findKey({ issuer, jwksUri }, signed.keyId);
    return key !== undefined && isSignedBy(signed, key);
  }

  /** The trusts that this token is made for, after its signature and times were checked. */
  async function trusting(signed: SignedToken, team: string | undefined): Promise<readonly IdentityProvider[]> {
    const { claims } = signed;
    const audiences = [claims.aud].flat();
    const providers = (await providersOfIssuer(db, claims.iss)).filter(
      (provider) => audiences.includes(provider.audience) && (team === undefined || provider.team === team),
    );
    const genuine: IdentityProvider[] = [];
    for (const provider of providers) if (await isGenuine(signed, provider)) genuine.push(provider);
    if (genuine.length === 0) {
      throw refused(
        "No identity provider here trusts its issuer for this audience and team, or its signature is not by one of the issuer's keys. Ask an admin for a trust.",
      );
    }
    requireCurrent(claims, clock.now());
    return genuine;
  }

  async function fitting(providers: readonly IdentityProvider[], claims: Claims): Promise<Fit> {
    const fits = providers.flatMap((provider) => {
      const rule = ruleFor(provider.rules, claims);
      return rule === undefined ? [] : [{ provider, rule }];
    });
    const [fit, another] = fits;
    if (fit === undefined) throw await noRule(providers, claims);
    if (another === undefined) return fit;
    const names = fits.map(({ provider }) => provider.name).join(", ");
    const detail = `Several trusts fit: ${names}. Name the team: audience urn:pulumi:org:TEAM, or "team" in JSON.`;
    throw new Problem("invalid-request", detail, { facts: { error: "invalid_target" } });
  }

  /** A pipeline that an issuer vouches for and no rule lets in is known by name, so its try is on record. */
  async function noRule([provider]: readonly IdentityProvider[], claims: Claims): Promise<Problem> {
    if (provider !== undefined) {
      const caller = { id: "unknown", name: pipelineName(provider.name, claims) };
      await audit.record(db, { ...about(provider), caller, outcome: "refused", details: { code: "forbidden" } });
    }
    const detail =
      "The token is genuine, and no rule of the trust fits its claims. Compare them (repository, ref, environment …) with the rules, or ask an admin.";
    return new Problem("forbidden", detail, { facts: { error: "invalid_grant" } });
  }

  async function issue(tx: Tx, signed: SignedToken, { fit, lifetime }: Issue): Promise<ExchangedToken> {
    const { provider, rule } = fit;
    const now = clock.now();
    const until = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1_000);
    // Of header and claims: a signature by an elliptic curve can be written in two ways.
    const hash = createHash("sha256").update(signed.signed).digest();
    const over = until(new Date(signed.claims.exp * 1_000), REMEMBERED_BEYOND);
    const { times, firstAt } = await countExchange(tx, { hash, now, expiresAt: over });
    const latest = until(firstAt, provider.maxTtlSeconds);
    const wanted = until(now, Math.min(lifetime ?? provider.maxTtlSeconds, provider.maxTtlSeconds));
    const expiresAt = wanted < latest ? wanted : latest;
    if (times > MOST_EXCHANGES || expiresAt <= now) {
      const detail = `This token of the issuer was exchanged ${times - 1} times already. Ask the issuer for a new one.`;
      throw new Problem("forbidden", detail, { facts: { error: "invalid_grant" } });
    }
    const token = newKey("token");
    const caller = { id: newId("tok"), name: pipelineName(provider.name, signed.claims) };
    const identity = pipelineIdentity(provider.name, signed.claims);
    await insertApiKey(tx, {
      ...caller,
      person: identity,
      role: rule.role,
      team: provider.team,
      scope: rule.scope,
      expiresAt,
      hash: hashKey(token),
      createdBy: `identity provider ${provider.name}`,
      identityProvider: provider.name,
    });
    await sweepTokens(tx, now);
    const details = {
      identity,
      role: rule.role,
      expiresAt: expiresAt.toISOString(),
      ...(rule.scope && { scope: rule.scope }),
    };
    await audit.record(tx, { ...about(provider), caller, outcome: "done", details });
    return { token, expiresIn: Math.floor((expiresAt.getTime() - now.getTime()) / 1_000) };
  }

  return async ({ subjectToken, team, lifetime }) => {
    const signed = readSignedToken(subjectToken);
    const fit = await fitting(await trusting(signed, team), signed.claims);
    return db.transaction().execute((tx) => issue(tx, signed, { fit, lifetime }));
  };
}

interface Issue {
  readonly fit: Fit;
  readonly lifetime: number | undefined;
}

function about({ name, team }: IdentityProvider) {
  return { action: "token.exchange", subject: `/v1/identity-providers/${name}`, team };
}
