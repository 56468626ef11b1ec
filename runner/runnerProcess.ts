import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { groupLives, killGroup } from "./engineProcess.ts";
import { type Assignment, fromRunner, type ToRunner } from "./runnerMessages.ts";
import { createTail } from "./tail.ts";
import type { JobReport } from "./wire.ts";

export interface RunnerOptions {
  /** The module of the program library, as a path; or the folder of an artefact that has modules of its own. */
  readonly programs: { readonly library: string } | { readonly artefact: string };
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Milliseconds to its readiness, and from its retirement to its end: it loads programs that may never come to an end. */
  readonly startMs?: number;
  readonly retireMs?: number;
}

export interface FinishedJob {
  readonly report: JobReport;
  /** Of the runner after the job; undefined when it is dead. */
  readonly residentBytes: number | undefined;
}

/** A runner, seen from its host. */
export interface Runner {
  readonly pid: number;
  /** Resolves when it can take a job; rejects when it died before that, with what it last said. */
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  /** Runs one job; always resolves, also when the runner dies. `onEngine` is called when the job's engine runs. */
  run(assignment: Assignment, onEngine: () => void): Promise<FinishedJob>;
  /** The digests of its library's blueprints, by name; rejects when it dies before it has said them. */
  describe(): Promise<Readonly<Record<string, string>>>;
  /** Asks the engine of the present job to stop; it is dead after `graceMs` at the latest. */
  interrupt(graceMs: number): void;
  /** Ends an idle runner. */
  retire(): void;
}

/** What a runner has for answering after its engine should be dead, before it counts as hung. */
const ANSWER_MS = 5_000;
/** An engine whose runner died cannot go on; this is for saving what was in flight. */
const SAVE_MS = 30_000;
const POLL_MS = 100;
/** Many times what a start takes on a busy machine. */
const START_MS = 90_000;
const RETIRE_MS = 10_000;
const SAID_CHARACTERS = 4_000;

/** Starts a runner with nothing of our environment but `env`. */
export function startRunner(options: RunnerOptions): Runner {
  const { programs } = options;
  const args = "library" in programs ? ["--library", programs.library] : ["--artefact", programs.artefact];
  const child = fork(fileURLToPath(new URL("./runner.ts", import.meta.url)), args, {
    cwd: options.cwd,
    env: options.env,
    // The SDK makes much that dies young; with room for it the collector copies less (5 % of a runner's time, measured).
    execArgv: ["--max-semi-space-size=32"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // Programs print; nobody reads it but for finding out why a runner died, and it must never block them.
  const said = createTail(SAID_CHARACTERS);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => said.push(text));
  }
  let engine: number | undefined;
  let current: { readonly onEngine: () => void; readonly finish: (finished: FinishedJob) => void } | undefined;
  let hung: NodeJS.Timeout | undefined;
  let dead = false;

  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    // Also told of a message that came too late for a runner that is ending, which is no news.
    child.on("error", () => {
      if (child.pid === undefined) resolve();
    });
  });
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined); // a spare that died before anybody waited for it
  const { startMs = START_MS, retireMs = RETIRE_MS } = options;
  const late = setTimeout(() => {
    said.push(`\nIt was not ready within ${startMs} ms.`);
    child.kill("SIGKILL");
  }, startMs);
  let leaving: NodeJS.Timeout | undefined;
  const described = Promise.withResolvers<Readonly<Record<string, string>>>();
  described.promise.catch(() => undefined); // a runner that nobody asked

  const finish = (finished: FinishedJob): void => {
    clearTimeout(hung);
    hung = undefined;
    current?.finish(finished);
    current = undefined;
    engine = undefined;
  };

  child.on("message", (received) => {
    const { success, data } = fromRunner.safeParse(received);
    if (!success) return;
    if (data.type === "ready") {
      clearTimeout(late);
      ready.resolve();
    } else if (data.type === "described") described.resolve(data.digests);
    else if (data.type === "done") finish({ report: data.report, residentBytes: data.residentBytes });
    else if (current !== undefined && engine === undefined) {
      engine = data.pid;
      current.onEngine();
    }
  });
  void gone.then(async () => {
    dead = true;
    clearTimeout(late);
    clearTimeout(leaving);
    const death = new Error(`The runner died: ${said.text().trim()}`);
    ready.reject(death);
    described.reject(death);
    if (current === undefined) return;
    const outcome = engine === undefined || (await stopOrphan(engine)) ? "interrupted" : "killed";
    finish({ report: reportOfDeath(outcome, said.text()), residentBytes: undefined });
  });
  const send = (message: ToRunner): void => {
    if (child.connected) child.send(message);
  };

  return {
    pid: child.pid ?? 0,
    ready: ready.promise,
    gone,
    run: (assignment, onEngine) =>
      new Promise((resolve) => {
        if (dead) return resolve({ report: reportOfDeath("interrupted", said.text()), residentBytes: undefined });
        current = { onEngine, finish: resolve };
        send({ type: "run", assignment });
      }),
    async describe() {
      await ready.promise;
      send({ type: "describe" });
      return described.promise;
    },
    interrupt(graceMs) {
      send({ type: "interrupt", graceMs });
      hung ??= setTimeout(() => {
        killGroup(engine);
        child.kill("SIGKILL");
      }, graceMs + ANSWER_MS);
    },
    retire() {
      if (child.connected) child.disconnect();
      leaving ??= setTimeout(() => child.kill("SIGKILL"), retireMs);
    },
  };
}

/** Stops an engine that lost its runner; true when it ended by itself in time. */
async function stopOrphan(engine: number): Promise<boolean> {
  if (!groupLives(engine)) return true;
  interruptLeader(engine);
  const deadline = performance.now() + SAVE_MS;
  while (groupLives(engine)) {
    if (performance.now() > deadline) {
      killGroup(engine);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

function interruptLeader(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // It ended between the question and the signal, which is what was wanted.
  }
}

function reportOfDeath(outcome: "interrupted" | "killed", said: string): JobReport {
  return {
    outcome,
    reason: "runner-lost",
    diagnostics: `The runner died in the middle of the job. ${said.trim()}`.trim().slice(-SAID_CHARACTERS),
    timing: { preparation: 0, engine: 0 },
  };
}
