import { openSync, writeSync } from "node:fs";

/** Says which rules run, to a file: a process that hangs can be asked nothing else. */
export interface RuleTrace {
  /** Runs a rule under its name, and answers what it answers. */
  within<Result>(rule: string, run: () => Result): Result;
}

const RECORD_BYTES = 1_024;

/** What the file says is read by `rulesInHand` of the parent: names by line, padded to one length so that nothing old shows. */
export function createRuleTrace(file: string): RuleTrace {
  const descriptor = openSync(file, "w", 0o600);
  const waiting = new Map<symbol, string>();

  const write = (names: readonly string[]): void => {
    const record = Buffer.alloc(RECORD_BYTES, "\n");
    record.write(names.join("\n").slice(0, RECORD_BYTES));
    writeSync(descriptor, record, 0, RECORD_BYTES, 0);
  };

  return {
    within(rule, run) {
      write([...waiting.values(), rule]);
      const result = run();
      if (result instanceof Promise) {
        const key = Symbol(rule);
        waiting.set(key, rule);
        const end = () => {
          waiting.delete(key);
          write([...waiting.values()]);
        };
        void result.then(end, end);
      } else if (waiting.size > 0) write([...waiting.values()]);
      return result;
    },
  };
}
