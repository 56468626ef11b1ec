/** Micro-USD a month by URN. */
export type PriceList = Readonly<Record<string, number>>;

/** How a worker dies in a step; another one takes the step over from its beginning. */
export interface Kill {
  /** `broken`: its code stops between two statements. `terminated`: the server ends its connection there. `unanswered`: after the commit. */
  readonly how: "broken" | "terminated" | "unanswered";
  /** After how many statements of its transaction. */
  readonly after: number;
}

interface OfStack {
  readonly team: number;
  readonly stack: number;
}

type Deed =
  | ({ readonly kind: "preview"; readonly prices: PriceList } & OfStack)
  | ({ readonly kind: "begin" } & OfStack)
  /** As the last preview said, or at a price of its own. */
  | ({ readonly kind: "step"; readonly urn: string; readonly price: number | undefined } & OfStack)
  | ({ readonly kind: "end"; readonly how: "succeeded" | "half" | "nothing" } & OfStack)
  | ({ readonly kind: "teardown" } & OfStack)
  | ({ readonly kind: "remove" } & OfStack)
  | { readonly kind: "expire"; readonly team: number }
  | { readonly kind: "amend"; readonly team: number; readonly budget: number; readonly amount: number };

export type SeasonStep = Deed & {
  readonly index: number;
  /** Of the update or preview that the step begins, if it begins one. */
  readonly updateId: string;
  readonly at: Date;
  readonly kill: Kill | undefined;
};

export const shape = { teams: 3, stacksOfTeam: 12, stackSetsOfTeam: 3, urns: 5 } as const;
/** Budgets of each team at the start, in dollars: of the team, then of two of its three stack sets. */
export const startingAmounts = [2_000, 500, 800] as const;

const DOLLAR = 1_000_000;
const STEP_MS = 20_000;
const BEGIN = Date.parse("2026-01-01T00:00:00Z");

/** The same steps for the same seed. */
export function planSeason(seed: number, length: number): readonly SeasonStep[] {
  const random = mulberry32(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const priceList = (): PriceList =>
    Object.fromEntries(
      Array.from({ length: shape.urns }, (_, urn) => [`urn:${urn}`, upTo(90 * DOLLAR)]).filter(() => random() < 0.6),
    );

  function deed(): Deed {
    const of = { team: upTo(shape.teams), stack: upTo(shape.stacksOfTeam) };
    const dice = random();
    if (dice < 0.27) return { kind: "preview", prices: priceList(), ...of };
    if (dice < 0.42) return { kind: "begin", ...of };
    if (dice < 0.68)
      return {
        kind: "step",
        urn: `urn:${upTo(shape.urns)}`,
        price: random() < 0.75 ? undefined : upTo(120 * DOLLAR),
        ...of,
      };
    if (dice < 0.86)
      return { kind: "end", how: (["succeeded", "succeeded", "half", "nothing"] as const)[upTo(4)] ?? "half", ...of };
    if (dice < 0.9) return { kind: "teardown", ...of };
    if (dice < 0.92) return { kind: "remove", ...of };
    if (dice < 0.985) return { kind: "expire", team: of.team };
    const budget = upTo(startingAmounts.length);
    return { kind: "amend", team: of.team, budget, amount: (startingAmounts[budget] ?? 0) * DOLLAR * (0.5 + random()) };
  }

  function kill(): Kill | undefined {
    const dice = random();
    if (dice >= 0.25) return undefined;
    const how = dice < 0.15 ? "broken" : dice < 0.19 ? "terminated" : "unanswered";
    return { how, after: 1 + upTo(12) };
  }

  return Array.from({ length }, (_, index) => {
    const drawn = deed();
    const exact = drawn.kind === "amend" ? { ...drawn, amount: Math.floor(drawn.amount) } : drawn;
    const at = new Date(BEGIN + index * STEP_MS);
    return { ...exact, index, updateId: uuidOf(index), at, kill: kill() };
  });
}

const uuidOf = (index: number): string => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;

/** Tommy Ettinger's generator of 32 bits, in the public domain. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
