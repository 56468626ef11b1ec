import { createRequire } from "node:module";

/**
 * Process entry of a resident policy pack: `analyzer.ts` in the pack's folder, with a channel to its host. It prints the
 * port on which it answers engines, tells its size when asked, and ends with its host.
 */
process.on("disconnect", () => process.exit());
process.on("message", () => process.send?.({ residentBytes: process.memoryUsage.rss() }));
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

// The pack's log messages go to the engine that started it; this one is started by nobody's engine.
const NO_ENGINE = "127.0.0.1:1";
process.argv.splice(2, process.argv.length, NO_ENGINE, process.cwd());
createRequire(import.meta.url)("@pulumi/pulumi/cmd/run-policy-pack/index.js");
