// Loaded before anything else into the Node processes of a laptop (NODE_OPTIONS), so that they go by the test's time.
import { CLOCK_FILE, timeInFile } from "./clockFile.ts";

const now = (): number => timeInFile(process.env[CLOCK_FILE] ?? "").getTime();

globalThis.Date = new Proxy(Date, {
  construct: (machines, given, made) => Reflect.construct(machines, given.length === 0 ? [now()] : given, made),
  get: (machines, member) => (member === "now" ? now : Reflect.get(machines, member)),
});
