import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BlueprintName } from "../../programs/catalog.ts";
import type { LedgerEntry } from "../../sandbox/cloud/ledger.ts";
import type { Engine } from "../sandbox/protocolClient.ts";
import { type BlueprintProject, blueprintProject } from "./blueprintProject.ts";

export type Inputs = Readonly<Record<string, unknown>>;

export interface InputChange {
  /** What is changed, completing "a change of …". */
  readonly name: string;
  /** Laid over all that went before. */
  readonly inputs: Inputs;
  /** The types of which something is made anew in another's place; everything else stays or changes in place. */
  readonly replaces: readonly string[];
}

export interface LifecycleCase {
  readonly blueprint: BlueprintName;
  /** Makes what the inputs refer to, in the account of the stack, and answers the inputs that say so. Runs once for each account. */
  readonly needs?: (engine: Engine) => Promise<Inputs>;
  /** Makes in development what the changes then change. */
  readonly inputs: Inputs;
  /** One after another, each an update of the stack that stands. */
  readonly changes: readonly InputChange[];
  /** What a production stack is asked for, with the whole policy pack. */
  readonly production: Inputs;
  /** Warnings that the program means to give; any other fails. */
  readonly warnings?: readonly RegExp[];
}

const pack = fileURLToPath(new URL("../../policies", import.meta.url));
const production = { target: "live", environment: "production", account: "210987654321" };
const development = { target: "sandbox", environment: "development", account: "000000000000" };
const now = ["--yes", "--skip-preview"];
/** Several runs of the engine, on a machine that may be doing other things. */
const PATIENCE = { timeout: 900_000 };

/**
 * The life of a stack of one blueprint, in the sandbox and by the real engine: it is made, stays as it is, takes each change, passes the
 * whole pack in a production target, and leaves nothing behind. Everything it asks for must be modelled.
 */
export function lifecycle(life: LifecycleCase): void {
  let sandbox: BlueprintProject["sandbox"];
  let project: BlueprintProject["project"];
  let close: BlueprintProject["close"];

  beforeAll(async () => {
    ({ sandbox, project, close } = await blueprintProject());
  });

  afterAll(() => close());

  test("it is made, stays as it is, takes each change of its inputs, and leaves nothing", PATIENCE, async () => {
    const stack = await initStack(development);
    let inputs = { ...(await life.needs?.(stack.engine)), ...life.inputs };
    const standing = await everything();
    await setInputs(inputs);
    await succeeds("up", ...now);
    const made = await callsAfter(0);
    expect(made.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    expect(typesOf(made.filter(({ modelled }) => !modelled))).toEqual([]);
    await staysAsItIs();

    for (const change of life.changes) {
      const before = (await callsAfter(0)).at(-1)?.seq ?? 0;
      inputs = { ...inputs, ...change.inputs };
      await setInputs(inputs);
      await succeeds("up", ...now);
      const calls = await callsAfter(before);
      expect(calls.length, `nothing came of a change of ${change.name}`).toBeGreaterThan(0);
      expect(typesOf(calls.filter(({ modelled }) => !modelled))).toEqual([]);
      expect(replacedTypes(calls), `replaced by a change of ${change.name}`).toEqual(change.replaces.toSorted());
    }
    await staysAsItIs();

    await succeeds("destroy", ...now);
    expect(await everything()).toEqual(standing);
  });

  test("in production it passes the whole policy pack, stays as it is, and leaves nothing", PATIENCE, async () => {
    const stack = await initStack(production);
    const inputs = { ...(await life.needs?.(stack.engine)), ...life.production };
    const standing = await everything();
    await setInputs(inputs);
    const { exitCode, output } = await project.pulumi("up", ...now, "--policy-pack", pack);
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/\[(mandatory|advisory)\]/);
    await staysAsItIs();
    await setInputs({ ...inputs, deletionProtection: false });
    await succeeds("up", ...now);
    await succeeds("destroy", ...now);
    expect(await everything()).toEqual(standing);
  });

  async function initStack({ target, environment, account }: typeof development) {
    const values = {
      "aws:region": "eu-west-1",
      "meridian:blueprint": life.blueprint,
      "meridian:stackSet": "launch",
      "meridian:target": target,
      "meridian:cloud": "sandbox",
      "meridian:environment": environment,
      "meridian:account": account,
      "meridian:owner": "lobby-team",
      "meridian:costCentre": "live-1",
    };
    await succeeds("stack", "init", `launch.${target}.eu-west-1`);
    const settings = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await succeeds("config", "set-all", ...settings);
    return { engine: await sandbox.engine({ configuration: { region: "eu-west-1", allowedAccountIds: [account] } }) };
  }

  async function setInputs(inputs: Inputs): Promise<void> {
    await succeeds("config", "set", "meridian:inputs", JSON.stringify(inputs));
  }

  /** Runs `pulumi`, which must neither fail nor warn of anything but what the blueprint means to warn of. */
  async function succeeds(...args: string[]): Promise<void> {
    const { exitCode, output } = await project.pulumi(...args);
    expect(exitCode, output).toBe(0);
    const warned = output.split("\n").filter((line) => line.includes("warning:"));
    expect(warned.filter((line) => !life.warnings?.some((form) => form.test(line)))).toEqual([]);
  }

  async function staysAsItIs(): Promise<void> {
    await succeeds("preview", "--expect-no-changes");
    await succeeds("refresh", ...now, "--expect-no-changes");
  }

  /** The types of everything that exists in the sandbox. */
  async function everything(): Promise<readonly string[]> {
    const { body } = await sandbox.control("GET", "/resources");
    // The control port's own answer, as are those of the ledger below.
    return (body as { items: readonly { type: string }[] }).items.map(({ type }) => type).toSorted();
  }

  /** What was done in the cloud after an entry of the ledger. */
  async function callsAfter(seq: number): Promise<readonly LedgerEntry[]> {
    const { body } = await sandbox.control("GET", `/ledger?after=${seq}`);
    const { items } = body as { items: readonly LedgerEntry[] };
    return items.filter(({ operation, preview }) => !preview && ["create", "update", "delete"].includes(operation));
  }
}

function typesOf(calls: readonly LedgerEntry[]): readonly string[] {
  return [...new Set(calls.map(({ type }) => type))].toSorted();
}

/** Types of what was both made and deleted under one URN. */
function replacedTypes(calls: readonly LedgerEntry[]): readonly string[] {
  const made = new Set(calls.filter(({ operation }) => operation === "create").map(({ urn }) => urn));
  return typesOf(calls.filter(({ operation, urn }) => operation === "delete" && made.has(urn)));
}
