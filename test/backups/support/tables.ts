import pg from "pg";

/** Every row of every table of a service, as text, by the table's name. */
export async function tablesOf(url: string): Promise<Record<string, readonly string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'meridian' order by 1",
    );
    const tables: Record<string, readonly string[]> = {};
    for (const { name } of rows) {
      const found = await client.query<{ text: string }>(
        `select each::text as text from meridian.${name} each order by 1`,
      );
      tables[name] = found.rows.map(({ text }) => text);
    }
    return tables;
  } finally {
    await client.end();
  }
}
