import { Config, CustomResource, getStack } from "@pulumi/pulumi";
import type { ProgramLibrary } from "../../../runner/programLibrary.ts";

class Thing extends CustomResource {
  constructor(index: number) {
    super("test:index:Thing", `thing-${index}`, { index });
  }
}

/** The programs that the tests of the runners run; which one is in the stack's configuration under `test:program`. */
const programs: Readonly<Record<string, () => Promise<object>>> = {
  async describe() {
    return { stack: getStack(), pid: process.pid, environment: { ...process.env }, arguments: process.argv };
  },
  async things() {
    const config = new Config("test");
    for (let index = 0; index < config.requireNumber("count"); index += 1) {
      new Thing(index);
    }
    return {};
  },
  async noisy() {
    const line = "a program that prints a lot must not stop for want of a reader\n";
    for (let index = 0; index < 20_000; index += 1) process.stdout.write(line);
    console.error(line);
    return { printed: true };
  },
  async fails() {
    throw new Error(`the program failed knowingly`);
  },
  async dies() {
    process.kill(process.pid, "SIGKILL");
    return {};
  },
  async grows() {
    kept.push(Buffer.alloc(450 * 1024 * 1024, 1));
    return { pid: process.pid };
  },
};
const kept: Buffer[] = [];

export const TEST_DIGEST = "sha256:test";

export const library: ProgramLibrary = {
  blueprints: ["test", "other"],
  preload: async () => undefined,
  digestOf: (blueprint) => (["test", "other"].includes(blueprint) ? TEST_DIGEST : undefined),
  run: () => {
    const name = new Config("test").require("program");
    const program = programs[name];
    if (program === undefined) throw new Error(`no test program ${name}`);
    return program();
  },
};
