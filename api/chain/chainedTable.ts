import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/database.ts";
import type { ChainedRecord } from "./chain.ts";
import type { ChainStore, UnchainedRecord } from "./chainStore.ts";

interface ChainedTable extends Pick<ChainStore, "name" | "lock"> {
  readonly table: string;
  /** The columns that go into the hash, as a reader sees them. */
  readonly content: RawBuilder<unknown>;
}

/** A table that keeps each record's place and hash in the record's own row, and its time in the column `at`. */
export function chainedTable({ name, lock, table, content }: ChainedTable): ChainStore {
  async function read<Row>(db: Database, columns: RawBuilder<unknown>, which: RawBuilder<unknown>) {
    const { rows } = await sql<Row>`select ${columns} from ${sql.table(table)} ${which}`.execute(db);
    return rows;
  }

  return {
    name,
    lock,
    unchained(tx, limit) {
      return read<UnchainedRecord>(tx, content, sql`where position is null order by id limit ${limit}`);
    },
    async place(tx, placed) {
      const of = sql.table(table);
      await sql`
        update ${of} set position = placed.position, hash = placed.hash
          from unnest(${placed.map(({ id }) => id)}::bigint[], ${placed.map(({ position }) => position)}::bigint[],
                      ${placed.map(({ hash }) => hash)}::bytea[]) as placed (id, position, hash)
         where ${of}.id = placed.id`.execute(tx);
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
    read(db, after, limit) {
      const next = sql`where position > ${after} order by position limit ${limit}`;
      return read<ChainedRecord>(db, sql`${content}, position, hash`, next);
    },
    async countLate(db) {
      const late = sql`where position is null and at < now() - interval '1 minute'`;
      const [row] = await read<{ count: number }>(db, sql`count(*) as count`, late);
      return row?.count ?? 0;
    },
  };
}
