import { meridianCommand } from "./meridianCommand.ts";
import { runCli } from "./runCli.ts";

process.exitCode = await runCli(meridianCommand, process.argv.slice(2), {
  env: process.env,
  fetch,
  out: (text) => process.stdout.write(text),
  outBytes: (bytes, done) => process.stdout.write(bytes, done),
  err: (text) => process.stderr.write(text),
});
