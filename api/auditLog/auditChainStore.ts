import { type RawBuilder, sql } from "kysely";
import type { ChainedRecord } from "../chain/chain.ts";
import type { ChainStore, UnchainedRecord } from "../chain/chainStore.ts";
import type { Database } from "../db/database.ts";

/** The columns of which the hash is made. Time keeps its microseconds, which a JavaScript date would cut. */
const content = sql`id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  team, actor, actor_name, action, subject, outcome, request_id, details`;

/** The audit log keeps each record's place and hash in the record's own row. */
export const auditChainStore: ChainStore = {
  name: "the audit log",
  lock: 7_420_345,
  unchained: (tx, limit) => read<UnchainedRecord>(tx, content, sql`where position is null order by id limit ${limit}`),
  async place(tx, placed) {
    await sql`
      update audit_log set position = placed.position, hash = placed.hash
        from unnest(${placed.map(({ id }) => id)}::bigint[], ${placed.map(({ position }) => position)}::bigint[],
                    ${placed.map(({ hash }) => hash)}::bytea[]) as placed (id, position, hash)
       where audit_log.id = placed.id`.execute(tx);
  },
  async last(db) {
    const [row] = await read<{ position: number; hash: Buffer }>(
      db,
      sql`position, hash`,
      sql`where position is not null order by position desc limit 1`,
    );
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
  const { rows } = await sql<Row>`select ${columns} from audit_log ${which}`.execute(db);
  return rows;
}
