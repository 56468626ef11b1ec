import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { runCli } from "./runCli.ts";

// What was compiled once is not compiled again; in a folder of the user's own, since it is run.
enableCompileCache(path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "meridian", "compiled"));

const args = process.argv.slice(2);
// A pipeline waits for its gate, which does not load what all the other commands need.
const { meridianCommand } =
  args[0] === "gate" ? await import("./gate/gateAlone.ts") : await import("./meridianCommand.ts");

process.exitCode = await runCli(meridianCommand, args, {
  env: process.env,
  fetch,
  out: (text) => process.stdout.write(text),
  outBytes: (bytes, done) => process.stdout.write(bytes, done),
  err: (text) => process.stderr.write(text),
});
