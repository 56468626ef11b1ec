import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createTail } from "./tail.ts";

/** A policy pack that stays loaded between operations. It holds the configuration of one operation at a time. */
export interface Analyzer {
  readonly pid: number;
  /** The port on which it answers an engine; rejects when it died before it had one. */
  readonly port: Promise<number>;
  readonly gone: Promise<void>;
  /** Undefined when it does not answer within a second. */
  residentBytes(): Promise<number | undefined>;
  retire(): void;
}

export interface AnalyzerOptions {
  /** The folder of the policy pack. */
  readonly policyPack: string;
  readonly env: Readonly<Record<string, string>>;
}

const ANSWER_MS = 1_000;
const SAID_CHARACTERS = 4_000;
const size = z.object({ residentBytes: z.number().positive() });

export function startAnalyzer(options: AnalyzerOptions): Analyzer {
  const child = fork(fileURLToPath(new URL("./analyzer.ts", import.meta.url)), [], {
    cwd: options.policyPack,
    env: options.env,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const port = Promise.withResolvers<number>();
  port.promise.catch(() => undefined); // a spare that died before anybody waited for it
  const said = createTail(SAID_CHARACTERS);
  let printed = "";
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (text: string) => {
    if (printed.length < SAID_CHARACTERS) printed += text;
    const line = /^(\d+)\r?\n/m.exec(printed);
    if (line !== null) port.resolve(Number(line[1]));
  });
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => said.push(text));
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    // Also told of a question that came too late for one that is ending.
    child.on("error", () => {
      if (child.pid === undefined) resolve();
    });
  });
  void gone.then(() => port.reject(new Error(`The policy pack did not start: ${said.text().trim()}`)));

  return {
    pid: child.pid ?? 0,
    port: port.promise,
    gone,
    residentBytes: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(undefined), ANSWER_MS);
        child.once("message", (received) => {
          clearTimeout(timer);
          resolve(size.safeParse(received).data?.residentBytes);
        });
        if (child.connected) child.send({});
      }),
    retire() {
      if (child.connected) child.disconnect();
    },
  };
}
