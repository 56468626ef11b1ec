import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { LONGEST_PERSON, spellingOf } from "../base/person.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent } from "../http/schemas.ts";
import { type CreateIdentity, createIdentity, type Identity, identityView } from "./identity.ts";
import {
  deleteIdentity,
  findIdentity,
  findIdentityOf,
  insertIdentity,
  listIdentities,
  lockIdentities,
} from "./identityStore.ts";

export interface IdentityDeps {
  /** Whoever remembers callers asks anew whose their keys are. */
  readonly authenticator: { forget(): void };
  readonly clock: Clock;
}

const common = { tag: "Identities", permission: "administer" } as const;

/** Whose an identity is, by an admin's word (docs/access.md). To change one it is taken back, and said anew. */
export function identityRoutes(deps: IdentityDeps): readonly Route[] {
  return [list(), show(), create(deps), remove(deps)];
}

function list(): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/identities",
      summary: "List which identities are whose, by identity",
      query: z.strictObject({
        ...pageParameters,
        person: z.string().max(LONGEST_PERSON).optional().describe("Only those of this person."),
      }),
      answers: { 200: { description: "A page of identities.", schema: pageOf(identityView) } },
    },
    async ({ query }, db) => {
      const { person } = query;
      return ok(await listIdentities(db, { ...query, person: person && (spellingOf(person) ?? person) }));
    },
  );
}

function show(): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/identities/{identity}",
      summary: "Show whose an identity is",
      answers: { 200: { description: "The identity.", schema: identityView } },
    },
    async ({ params }, db) => {
      const found = await findIdentity(db, params.identity);
      if (found === undefined) throw absent("identity", params.identity);
      return ok(found);
    },
  );
}

function create({ authenticator, clock }: IdentityDeps): Route {
  return changes(
    {
      ...common,
      method: "post",
      path: "/v1/identities",
      action: "identity.create",
      summary: "Say whose an identity is",
      description:
        "Every key and token of the identity is the person's from then on: at once in the process that answers, within three seconds in all others.",
      body: createIdentity,
      answers: { 201: { description: "It is the person's.", schema: identityView } },
      problems: ["already-exists", "invalid-transition"],
    },
    async ({ body, caller }, tx) => {
      await lockIdentities(tx);
      await requireOneStep(tx, body);
      const made = await insertIdentity(tx, { ...body, createdBy: caller.name, createdAt: clock.now() });
      const subject = subjectOf(made);
      return {
        answer: created(subject, made),
        subject,
        team: undefined,
        details: { person: made.person },
        afterCommit: () => authenticator.forget(),
      };
    },
  );
}

function remove({ authenticator }: IdentityDeps): Route {
  return changes(
    {
      ...common,
      method: "delete",
      path: "/v1/identities/{identity}",
      action: "identity.delete",
      summary: "Take back whose an identity is",
      description: "What was approved before stays so.",
      answers: { 204: { description: "It is nobody's." } },
    },
    async ({ params }, tx) => {
      const found = await deleteIdentity(tx, params.identity);
      if (found === undefined) throw absent("identity", params.identity);
      return {
        answer: noContent(),
        subject: subjectOf(found),
        team: undefined,
        details: { person: found.person },
        afterCommit: () => authenticator.forget(),
      };
    },
  );
}

const subjectOf = ({ identity }: Identity): string => `/v1/identities/${encodeURIComponent(identity)}`;

/** A name leads to a person in one step, so that nobody is asked how many it takes. */
async function requireOneStep(tx: Tx, { identity, person }: CreateIdentity): Promise<void> {
  const known = await findIdentity(tx, identity);
  if (known !== undefined) {
    const detail = `The identity ${identity} is ${known.person}'s. Delete that before you say another.`;
    throw new Problem("already-exists", detail, { facts: { person: known.person } });
  }
  const further = await findIdentity(tx, person);
  if (further !== undefined) {
    const detail = `${person} is itself known as ${further.person}. Give that as the person.`;
    throw new Problem("invalid-transition", detail, { facts: { person: further.person } });
  }
  const before = await findIdentityOf(tx, identity);
  if (before !== undefined) {
    const detail = `${before.identity} is known as ${identity}. Delete that, and say of both that they are ${person}'s.`;
    throw new Problem("invalid-transition", detail, { facts: { identity: before.identity } });
  }
}
