/** Where players play. */
export const platforms = ["pc", "console", "mobile", "cloud"] as const;
export type Platform = (typeof platforms)[number];

/** What keeps people from playing, and is answered by a variant: captions and cues for hearing, contrast and size for sight, and so on. */
export const needs = ["hearing", "sight", "motion", "dexterity"] as const;
export type Need = (typeof needs)[number];

export interface Variant {
  readonly name: string;
  /** What is the same for all who play together: only players of one ruleset can meet in a session. */
  readonly ruleset: string;
  /** The needs that this variant answers. */
  readonly serves: readonly Need[];
}

/** A kind of game event: who plays it together, and in which variants on which platform. */
export interface EventKind {
  /** `shared`: players of all its platforms meet in one pool. `separate`: each platform has its own. */
  readonly pool: "shared" | "separate";
  readonly platforms: Readonly<Partial<Record<Platform, readonly Variant[]>>>;
}

export type EventKinds = Readonly<Record<string, EventKind>>;

export interface VariantFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Whether a variant answers every need, so that nobody is left out who plays it. */
export const isAccessible = ({ serves }: Variant): boolean => needs.every((need) => serves.includes(need));

/**
 * What keeps players out of a kind of game event: a platform without a variant that answers every need, and in a shared pool a
 * platform without a ruleset that another one has, whose players then cannot meet.
 */
export function variantFaults(kinds: EventKinds): readonly VariantFault[] {
  return Object.entries(kinds).flatMap(([kind, { pool, platforms: offered }]) => {
    const lists = Object.entries(offered);
    const path = (platform: string) => [kind, "platforms", platform];
    const excluded = lists
      .filter(([, variants]) => !variants.some(isAccessible))
      .map(([platform]) => ({
        path: path(platform),
        message: `give ${kind} on ${platform} a variant whose serves has all of ${needs.join(", ")}: without one, players are left out`,
      }));
    if (pool === "separate") return excluded;
    const all = new Set(lists.flatMap(([, variants]) => variants.map(({ ruleset }) => ruleset)));
    const apart = lists.flatMap(([platform, variants]) => {
      const missing = [...all].filter((ruleset) => !variants.some((variant) => variant.ruleset === ruleset));
      const message = `give ${kind} on ${platform} a variant of ruleset ${missing.join(", ")}, or make its pool separate: in a shared pool every platform can join every session`;
      return missing.length === 0 ? [] : [{ path: path(platform), message }];
    });
    const accessible = new Set(
      lists.flatMap(([, variants]) => variants.filter(isAccessible).map(({ ruleset }) => ruleset)),
    );
    const alone = lists.length < 2 || [...accessible].some((ruleset) => accessibleEverywhere(ruleset, lists));
    const message = `give ${kind} one ruleset that has an accessible variant on every platform, or make its pool separate: players with the same needs cannot meet across platforms`;
    return [...excluded, ...apart, ...(excluded.length > 0 || alone ? [] : [{ path: [kind, "platforms"], message }])];
  });
}

function accessibleEverywhere(ruleset: string, lists: readonly (readonly [string, readonly Variant[]])[]): boolean {
  return lists.every(([, variants]) =>
    variants.some((variant) => variant.ruleset === ruleset && isAccessible(variant)),
  );
}

/** The document that functions and game servers read: needs as fields, because the validator's language cannot look into lists. */
export function variantsDocument(kinds: EventKinds) {
  return {
    version: 1,
    kinds: Object.fromEntries(
      Object.entries(kinds).map(([kind, { pool, platforms: offered }]) => [
        kind,
        {
          pool,
          platforms: Object.fromEntries(
            Object.entries(offered).map(([platform, variants]) => [
              platform,
              variants.map(({ name, ruleset, serves }) => ({
                name,
                ruleset,
                serves: Object.fromEntries(needs.map((need) => [need, serves.includes(need)])),
              })),
            ]),
          ),
        },
      ]),
    ),
  };
}

const everyNeed = {
  properties: { serves: { properties: Object.fromEntries(needs.map((need) => [need, { enum: [true] }])) } },
};

const variantSchema = {
  type: "object",
  required: ["name", "ruleset", "serves"],
  properties: {
    name: { type: "string", pattern: "^[a-z][a-z0-9-]*$" },
    ruleset: { type: "string", pattern: "^[a-z][a-z0-9-]*$" },
    serves: {
      type: "object",
      required: [...needs],
      properties: Object.fromEntries(needs.map((need) => [need, { type: "boolean" }])),
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

/**
 * The JSON schema (draft 4) by which AppConfig refuses a document, whoever rolls it out: a platform without an accessible variant among
 * the rest. Draft 4 has no `contains`: "not all are otherwise" says the same of a list that is not empty. It cannot compare platforms
 * with one another; that is `variantFaults`' alone.
 */
export const variantsSchema = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["version", "kinds"],
  properties: {
    version: { enum: [1] },
    kinds: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["pool", "platforms"],
        properties: {
          pool: { enum: ["shared", "separate"] },
          platforms: {
            type: "object",
            minProperties: 1,
            properties: Object.fromEntries(
              platforms.map((platform) => [
                platform,
                { type: "array", minItems: 1, items: variantSchema, not: { items: { not: everyNeed } } },
              ]),
            ),
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
