import { createLogger } from "../../../api/base/logger.ts";
import { type BuiltinHostOptions, startBuiltinHost } from "../../../api/runners/index.ts";

/** Stands for a control process that a test kills: nothing but the built-in runner host, with the options of the argument. */
const options = JSON.parse(process.argv[2] ?? "{}") as Omit<BuiltinHostOptions, "logger">; // written by the test
startBuiltinHost({ ...options, logger: createLogger({ level: "silent" }) });
setInterval(() => undefined, 60_000);
