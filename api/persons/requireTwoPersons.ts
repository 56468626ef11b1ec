import type { Caller } from "../base/caller.ts";
import { isPerson } from "../base/person.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import { howToBeNamed } from "./identity.ts";

/**
 * What takes two persons is asked for by one who is known: keys without a person could be anybody's, the other's too.
 *
 * @param what as a refusal says it: `an exemption`
 * @throws Problem `person-required`
 */
export function requirePerson({ person }: Pick<Caller, "person">, what: string): void {
  if (isPerson(person)) return;
  const detail = `Nobody has said whose the identity ${person} is, and ${what} takes two persons. ${howToBeNamed(person)}`;
  throw new Problem("person-required", detail, { facts: { identity: person } });
}

export interface AskedFor {
  /** For people: `exemption ex_1`. */
  readonly what: string;
  /** The person who asked, as known then, and the id of the key it was asked with. */
  readonly requester: string;
  readonly requesterKey: string;
}

/**
 * The one place where two persons are told apart. What a process remembers of a caller may be some seconds old, so both keys are
 * asked of the database: that they are not revoked, and whose they are by what admins have said until now. A key that is not there
 * any more was a pipeline's token, and ended long ago; that the asker's key has ended by its time says nothing against the asking.
 *
 * @returns the decider's person
 * @throws Problem `second-person-required`, `person-required`, `unauthenticated` for a decider's key that was revoked,
 *   `invalid-transition` for the requester's
 */
export async function requireTwoPersons(
  tx: Tx,
  decider: Pick<Caller, "id">,
  { what, requester, requesterKey }: AskedFor,
): Promise<string> {
  const rows = await tx
    .selectFrom("apiKeys")
    .leftJoin("identities", "identities.identity", "apiKeys.person")
    .select(["apiKeys.id", (row) => row.fn.coalesce("identities.person", "apiKeys.person").as("person")])
    .where("apiKeys.id", "in", [requesterKey, decider.id])
    .where("revokedAt", "is", null)
    .orderBy("apiKeys.id")
    .forShare("apiKeys")
    .execute();
  const personBy = (key: string): string | undefined => rows.find(({ id }) => id === key)?.person;
  const deciding = personBy(decider.id);
  if (deciding === undefined) throw new Problem("unauthenticated", "This key was revoked. Ask an admin for another.");
  requirePerson({ person: deciding }, `approving the ${what}`);
  const asking = personBy(requesterKey);
  if (asking === undefined) {
    const detail = `The key ${requesterKey}, by which the ${what} was asked for, was revoked. Let the person ask again with another.`;
    throw new Problem("invalid-transition", detail, { facts: { key: requesterKey } });
  }
  // As known then, too: an admin who says anew whose a key is makes nobody a second person for what they asked for.
  if ([asking, requester].includes(deciding)) {
    const detail = `The ${what} was asked for by ${deciding}, and so is this key's holder called. Another person must approve it.`;
    throw new Problem("second-person-required", detail, { facts: { person: deciding } });
  }
  if (!isPerson(asking)) {
    const detail = `The ${what} was asked for by ${asking}, of whom nobody has said who it is. ${howToBeNamed(asking)}`;
    throw new Problem("person-required", detail, { facts: { identity: asking } });
  }
  return deciding;
}
