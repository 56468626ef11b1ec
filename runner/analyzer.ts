import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Process entry of a resident policy pack: `analyzer.ts` in the pack's folder, with a channel to its host. It prints the
 * port on which it answers engines, tells its size when asked, and ends with its host.
 */
process.on("disconnect", () => process.exit());
process.on("message", () => process.send?.({ residentBytes: process.memoryUsage.rss() }));
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

const server = path.join(process.cwd(), "analyzer.ts");
if (existsSync(server)) {
  // A pack that speaks the engine's protocol itself spares loading Pulumi's SDK, its compiler and its package manager.
  const { serveAnalyzer } = (await import(pathToFileURL(server).href)) as { serveAnalyzer: () => Promise<number> }; // its contract
  process.stdout.write(`${await serveAnalyzer()}\n`);
} else {
  // The pack's log messages go to the engine that started it; this one is started by nobody's engine.
  const NO_ENGINE = "127.0.0.1:1";
  process.argv.splice(2, process.argv.length, NO_ENGINE, process.cwd());
  createRequire(import.meta.url)("@pulumi/pulumi/cmd/run-policy-pack/index.js");
}
