import { z } from "zod";
import { isPerson, LONGEST_PERSON, personOf, spellingOf } from "../base/person.ts";
import { timestamp } from "../http/schemas.ts";

/** Characters: the name of a trust, a colon, and what its issuer calls somebody. */
const LONGEST_IDENTITY = 300;

const spelt = (longest: number, spell: (text: string) => string | undefined, fault: string) =>
  z
    .string()
    .max(longest)
    .transform((text, context) => {
      const name = spell(text);
      if (name !== undefined) return name;
      context.addIssue(fault);
      return z.NEVER;
    });

/** A person's name as an admin writes it. */
export const personName = spelt(
  LONGEST_PERSON,
  personOf,
  "Give an e-mail address or a name of your directory, without a colon and without characters that cannot be seen.",
).meta({ example: "ada@studio.example" });

const ofWhom = "Whose it is, by the name that the person's keys have.";
const ofWhat =
  "What is to be known as the person: `TRUST:NAME` of a pipeline (`github:ada`), `key:ID` of a key without a person, or another name that keys were made under.";

export const identityView = z
  .object({
    identity: z.string().describe(ofWhat).meta({ example: "github:ada" }),
    person: z.string().describe(ofWhom),
    createdAt: timestamp,
    createdBy: z.string(),
  })
  .meta({ id: "Identity" });
export type Identity = z.output<typeof identityView>;

export const createIdentity = z
  .strictObject({
    identity: spelt(
      LONGEST_IDENTITY,
      (text) => spellingOf(text, LONGEST_IDENTITY),
      "Give the identity as GET /v1/api-keys shows it under person, without characters that cannot be seen.",
    )
      .describe(ofWhat)
      .meta({ example: "github:ada" }),
    person: personName.describe(ofWhom),
  })
  .refine(({ identity, person }) => identity !== person, {
    path: ["identity"],
    error: "This is the person's own name. Give another that is to be known as the person's.",
  })
  .meta({ id: "CreateIdentity" });
export type CreateIdentity = z.output<typeof createIdentity>;

/** How a refusal tells what to do about somebody whom nobody knows by name. */
export function howToBeNamed(identity: string): string {
  const body = JSON.stringify({ identity, person: "…" });
  const known = isPerson(identity) ? "" : `, or to say whose this one is (POST /v1/identities ${body})`;
  return `Ask an admin for a key with a person (POST /v1/api-keys with "person")${known}.`;
}
