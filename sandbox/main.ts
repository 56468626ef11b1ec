import { isAlive, readRunInfo, removeRunInfo, writeRunInfo } from "./runFile.ts";
import { startSandbox } from "./startSandbox.ts";

/**
 * The sandbox as a process of its own. Settings: `MERIDIAN_DATA_DIR` (where `sandbox/run.json` goes), `DATABASE_URL`, and
 * `MERIDIAN_SANDBOX_GRPC_PORT`, `MERIDIAN_SANDBOX_HTTP_PORT` (default: any free port). Ends cleanly on SIGTERM and SIGINT.
 */
async function main(): Promise<void> {
  const dataDir = required("MERIDIAN_DATA_DIR");
  const databaseUrl = required("DATABASE_URL");
  const other = await readRunInfo(dataDir);
  if (other !== undefined && other.pid !== process.pid && isAlive(other.pid)) {
    log(`the process ${other.pid} may be serving this data folder already`);
  }
  const sandbox = await startSandbox({
    databaseUrl,
    grpcPort: port("MERIDIAN_SANDBOX_GRPC_PORT"),
    httpPort: port("MERIDIAN_SANDBOX_HTTP_PORT"),
    log,
    onLost: (error) => end(error.message, 1),
  });
  const { grpcPort, httpPort, token } = sandbox;
  const startedAt = new Date().toISOString();
  await writeRunInfo(dataDir, { pid: process.pid, grpcPort, httpPort, token, startedAt });
  log(`serving providers on port ${grpcPort} and the control port on ${httpPort}`);

  let ending = false;
  function end(why: string, code: number): void {
    if (ending) return;
    ending = true;
    log(`ending: ${why}`);
    removeRunInfo(dataDir, process.pid)
      .then(() => sandbox.close())
      .then(
        () => process.exit(code),
        (error: unknown) => {
          log("did not end cleanly", error);
          process.exit(1);
        },
      );
  }
  process.on("SIGTERM", () => end("SIGTERM", 0));
  process.on("SIGINT", () => end("SIGINT", 0));
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

function port(name: string): number {
  const value = process.env[name] ?? "0";
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new Error(`${name} must be a port, not '${value}'`);
  return Number(value);
}

function log(message: string, error?: unknown): void {
  const cause = error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) };
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), room: "sandbox", message, ...cause })}\n`);
}

main().catch((error: unknown) => {
  log("could not start", error);
  process.exit(1);
});
