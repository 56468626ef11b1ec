import { type RawBuilder, sql } from "kysely";
import type { ChainedRecord } from "../chain/chain.ts";
import type { ChainStore, UnchainedRecord } from "../chain/chainStore.ts";
import type { Database } from "../db/database.ts";

/** Every column; the rules a row was decided by are held by their digest, which is of their content. */
const content = sql`id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  team, stack_id, stack, update_id, operation, phase, pack, objections, unknowns, steps`;

export const decisionChainStore: ChainStore = {
  name: "the ledger of decisions",
  lock: 7_420_346,
  unchained: (tx, limit) => read<UnchainedRecord>(tx, content, sql`where position is null order by id limit ${limit}`),
  async place(tx, placed) {
    await sql`
      update decisions set position = placed.position, hash = placed.hash
        from unnest(${placed.map(({ id }) => id)}::bigint[], ${placed.map(({ position }) => position)}::bigint[],
                    ${placed.map(({ hash }) => hash)}::bytea[]) as placed (id, position, hash)
       where decisions.id = placed.id`.execute(tx);
  },
  async last(db) {
    const ofChain = sql`where position is not null order by position desc limit 1`;
    const [row] = await read<{ position: number; hash: Buffer }>(db, sql`position, hash`, ofChain);
    return row;
  },
  async hashAt(db, position) {
    const [row] = await read<{ hash: Buffer }>(db, sql`hash`, sql`where position = ${position}`);
    return row?.hash;
  },
  read: (db, after, limit) =>
    read<ChainedRecord>(
      db,
      sql`${content}, position, hash`,
      sql`where position > ${after} order by position limit ${limit}`,
    ),
  async countLate(db) {
    const late = sql`where position is null and at < now() - interval '1 minute'`;
    const [row] = await read<{ count: number }>(db, sql`count(*) as count`, late);
    return row?.count ?? 0;
  },
};

async function read<Row>(
  db: Database,
  columns: RawBuilder<unknown>,
  which: RawBuilder<unknown>,
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select ${columns} from decisions ${which}`.execute(db);
  return rows;
}
