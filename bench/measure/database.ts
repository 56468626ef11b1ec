import pg from "pg";

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes an empty database on the server that another database is on. Answers its address, as the engine reads it. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await connected(serverUrl, async (client) => {
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  url.searchParams.set("sslmode", "disable");
  return url.href;
}

/** Bytes of write-ahead log that a server has written so far, whichever database they were for. */
export async function readWriteAhead(url: string): Promise<number> {
  const { rows } = await connected(url, (client) =>
    client.query<{ bytes: string }>("select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes"),
  );
  return Number(rows[0]?.bytes);
}
