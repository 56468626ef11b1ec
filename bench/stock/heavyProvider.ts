/**
 * Process entry of a provider plugin as large and as slow to start as a cloud's own: `heavyProvider.ts <port>`. It tells the
 * engine the port of the simulated cloud, so that what it serves is the same as everywhere else in the benchmark.
 */
const MEMORY_BYTES = 300 * 1024 * 1024;
const START_MS = 3_000;

const [port = ""] = process.argv.slice(2);
const held = Buffer.alloc(MEMORY_BYTES, 1); // written to, for only then it is resident
setTimeout(() => process.stdout.write(`${port}\n`), START_MS);
setInterval(() => held.fill(1, 0, 1), 60_000); // it lives until the engine ends it
process.on("SIGINT", () => process.exit());
