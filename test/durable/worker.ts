import { createLogger } from "../../api/base/logger.ts";
import { openDatabase } from "../../api/db/database.ts";
import { listenToDatabase } from "../../api/db/notifications.ts";
import { startDurable, WORK_CHANNEL } from "../../api/durable/durable.ts";

/**
 * A process for the durable tests: its one workflow writes `begun` into the table `seen`, waits until the table `gate` has a
 * row, and writes `done`. Lines on standard input enqueue work: `<id> <partition>`.
 */
const url = process.argv[2] ?? "";
const executorId = process.argv[3] ?? "";
const { db, pool } = openDatabase(url, () => undefined);
const note = (id: string, what: string) =>
  pool.query("insert into public.seen (id, what, executor) values ($1, $2, $3)", [id, what, executorId]);
const open = async () => ((await pool.query("select 1 from public.gate")).rowCount ?? 0) > 0;

const logger = createLogger({ level: "warn" });
const durable = await startDurable({
  databaseUrl: url,
  executorId,
  logger,
  notifications: await listenToDatabase(url, [WORK_CHANNEL], logger),
  workflows: [
    {
      name: "waiting",
      async run(id, step) {
        await step("first", () => note(id, "first").then(() => undefined));
        await step("second", async () => {
          await note(id, "begun");
          while (!(await open())) await new Promise((resolve) => setTimeout(resolve, 20));
        });
        await step("third", () => note(id, "done").then(() => undefined));
      },
    },
  ],
});
process.stdin.on("data", async (chunk) => {
  for (const line of String(chunk).trim().split("\n")) {
    const [id, partition] = line.split(" ") as [string, string]; // the test writes both
    await db.transaction().execute((tx) => durable.enqueue(tx, { workflow: "waiting", id, partition }));
  }
});
process.stdout.write("ready\n");
