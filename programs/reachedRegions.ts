/** A region beside a stack's own in which it makes things. */
export interface ReachedRegion {
  readonly region: string;
  /** JSON pointer to the input that names it, from the inputs' root; empty where the blueprint always goes there. */
  readonly pointer: string;
}

export interface ReachingStack {
  readonly region: string;
  readonly inputs: unknown;
}

/**
 * The other regions of a stack. `reaches` names regions, or places in the inputs that name them: JSON pointers in which `*` stands for
 * each element and `{region}` for the stack's own region. What stands there and is no text is passed over.
 */
export function reachedRegions(
  reaches: readonly string[],
  { region: own, inputs }: ReachingStack,
): readonly ReachedRegion[] {
  const all = reaches.flatMap((place) =>
    place.startsWith("/") ? textsAt(inputs, stepsOf(place, own), "") : [{ region: place, pointer: "" }],
  );
  return all.filter(
    ({ region }, index) => region !== own && all.findIndex((other) => other.region === region) === index,
  );
}

const stepsOf = (place: string, own: string): readonly string[] =>
  place
    .slice(1)
    .split("/")
    .map((step) => (step === "{region}" ? own : step));

function textsAt(value: unknown, [step, ...rest]: readonly string[], pointer: string): readonly ReachedRegion[] {
  if (step === undefined) return typeof value === "string" ? [{ region: value, pointer }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => step === "*" || key === step)
    .flatMap(([key, inner]) => textsAt(inner, rest, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`));
}
