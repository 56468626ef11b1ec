interface Call {
  readonly seq: number;
  readonly operation: string;
  readonly preview: boolean;
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  readonly outcome: "ok" | "error" | "lost";
}

/** What the ledger of the simulated cloud says, and nothing else: no state and no list of resources is asked. */
export interface LedgerTruth {
  /** The number of the last call. */
  readonly last: number;
  /** `<urn> <id>` of all that stands after the calls up to a number. */
  standing(upTo: number): ReadonlySet<string>;
  /** `<urn> <id>` of all that was changed after it. */
  changedAfter(after: number): ReadonlySet<string>;
  /** `<operation> <urn>` of all that was changed in earnest after it. */
  changes(after: number): readonly string[];
}

const PAGE = 10_000;

export async function readLedger(sandbox: { readonly httpPort: number; readonly token: string }): Promise<LedgerTruth> {
  const calls: Call[] = [];
  for (let after = 0; ; ) {
    const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}/ledger?after=${after}&limit=${PAGE}`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    const { items, next } = (await response.json()) as { items: Call[]; next: number }; // the sandbox's own shape
    calls.push(...items);
    after = next;
    if (items.length < PAGE) break;
  }
  const done = calls.filter(
    ({ preview, outcome, operation, type }) =>
      !preview &&
      outcome !== "error" &&
      ["create", "update", "delete"].includes(operation) &&
      !type.startsWith("random:"),
  );
  const keyOf = ({ urn, id }: Call) => `${urn} ${id}`;
  return {
    last: calls.at(-1)?.seq ?? 0,
    standing(upTo) {
      const standing = new Set<string>();
      for (const call of done.filter(({ seq }) => seq <= upTo)) {
        if (call.operation === "create") standing.add(keyOf(call));
        if (call.operation === "delete") standing.delete(keyOf(call));
      }
      return standing;
    },
    changedAfter: (after) =>
      new Set(done.filter(({ seq, operation }) => seq > after && operation === "update").map(keyOf)),
    changes: (after) => done.filter(({ seq }) => seq > after).map(({ operation, urn }) => `${operation} ${urn}`),
  };
}

/** What a restore must list: as the ledger tells it, `<kind> <urn> <id>`. */
export function expectedDivergences(ledger: LedgerTruth, backedUpAt: number): readonly string[] {
  const [before, now] = [ledger.standing(backedUpAt), ledger.standing(ledger.last)];
  const changed = ledger.changedAfter(backedUpAt);
  return [
    ...[...now].filter((key) => !before.has(key)).map((key) => `in-cloud ${key}`),
    ...[...before].filter((key) => !now.has(key)).map((key) => `in-state ${key}`),
    ...[...now].filter((key) => before.has(key) && changed.has(key)).map((key) => `changed ${key}`),
  ].toSorted();
}
