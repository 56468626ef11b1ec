/** One of those that are compared: does the whole thing once and answers what it measured. */
export type Contender<Value> = (round: number) => Promise<Value>;

export interface Rounds {
  readonly rounds: number;
  /** No round begins after this moment of `performance.now()`, but the first. */
  readonly until: number;
}

/**
 * Runs the contenders in turn, A B C, A B C, so that a slow minute of the machine is no contender's own. At least one round is
 * run, however late it is. Answers for each contender a value a round.
 */
export async function inTurn<Name extends string, Value>(
  contenders: Readonly<Record<Name, Contender<Value>>>,
  { rounds, until }: Rounds,
): Promise<Readonly<Record<Name, readonly Value[]>>> {
  const names = Object.keys(contenders) as Name[]; // the keys of a record of these names
  const measured = Object.fromEntries(names.map((name) => [name, [] as Value[]])) as Record<Name, Value[]>; // has each name
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && performance.now() >= until) break;
    for (const name of names) measured[name].push(await contenders[name](round));
  }
  return measured;
}
