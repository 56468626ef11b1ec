import pino from "pino";
import { expect, test } from "vitest";
import { quietLog } from "../../api/durable/quietLog.ts";

test("what the durable engine repeats is said once in ten seconds, with how often it was left out", () => {
  const lines: string[] = [];
  let now = 0;
  const log = quietLog(pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }), () => now);
  for (; now < 20_000; now += 100) log.warn(`Error listing queues: ECONNREFUSED ${now}`);
  log.warn("Something else: once");
  log.info("a queue was started");
  expect(lines.map((line) => JSON.parse(line)).map(({ msg, repeated }) => [msg, repeated])).toEqual([
    ["durable: Error listing queues: ECONNREFUSED 0", undefined],
    ["durable: Error listing queues: ECONNREFUSED 10000", 99],
    ["durable: Something else: once", undefined],
  ]);
});
