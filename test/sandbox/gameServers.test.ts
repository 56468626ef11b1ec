import { afterAll, beforeAll, expect, test } from "vitest";
import type { LedgerEntry } from "../../sandbox/cloud/ledger.ts";
import { type BlueprintProject, blueprintProject } from "../programs/blueprintProject.ts";

const ROLE = "aws:iam/role:Role";

let sandbox: BlueprintProject["sandbox"];
let project: BlueprintProject["project"];
let close: BlueprintProject["close"];

beforeAll(async () => {
  ({ sandbox, project, close } = await blueprintProject());
});

afterAll(() => close());

/** Several runs of the CLI over two hundred resources, on a machine that may be doing other things. */
const PATIENCE = { timeout: 900_000 };

interface Target {
  readonly name: string;
  readonly environment: string;
  readonly account: string;
}

async function initStack({ name, environment, account }: Target): Promise<void> {
  const values = {
    "aws:region": "eu-west-1",
    "meridian:blueprint": "game-servers",
    "meridian:stackSet": "launch",
    "meridian:target": name,
    "meridian:cloud": "sandbox",
    "meridian:environment": environment,
    "meridian:account": account,
    "meridian:owner": "lobby-team",
    "meridian:costCentre": "live-1",
  };
  await succeeds("stack", "init", `launch.${name}.eu-west-1`);
  const settings = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await succeeds("config", "set-all", ...settings);
}

async function setInputs(inputs: Readonly<Record<string, unknown>>): Promise<void> {
  await succeeds("config", "set", "meridian:inputs", JSON.stringify(inputs));
}

/** Runs `pulumi`, which must neither fail nor warn of anything. */
async function succeeds(...args: string[]): Promise<void> {
  const { exitCode, output } = await project.pulumi(...args);
  expect(exitCode, output).toBe(0);
  expect(output).not.toContain("warning:");
}

const now = ["--yes", "--skip-preview"];

async function staysAsItIs(): Promise<void> {
  await succeeds("preview", "--expect-no-changes");
  await succeeds("refresh", ...now, "--expect-no-changes");
}

/** The types of everything that exists in the sandbox. */
async function everything(): Promise<readonly string[]> {
  const { body } = await sandbox.control("GET", "/resources");
  // The control port's own answer, as are those of the ledger below.
  return (body as { items: readonly { type: string }[] }).items.map(({ type }) => type);
}

async function lastCall(): Promise<number> {
  return (await callsAfter(0)).at(-1)?.seq ?? 0;
}

/** What was asked of the cloud after an entry of the ledger, other than to look. */
async function callsAfter(seq: number): Promise<readonly LedgerEntry[]> {
  const { body } = await sandbox.control("GET", `/ledger?after=${seq}`);
  const { items } = body as { items: readonly LedgerEntry[] };
  return items.filter(({ operation, preview }) => !preview && ["create", "update", "delete"].includes(operation));
}

const asked = (calls: readonly LedgerEntry[]): readonly string[] =>
  [...new Set(calls.map(({ operation, type }) => `${operation} ${type}`))].toSorted();

test(
  "a regional stack goes up, stays as it is, switches its colour replacing nothing, and leaves nothing",
  PATIENCE,
  async () => {
    await initStack({ name: "sandbox", environment: "development", account: "000000000000" });
    await setInputs({});
    await succeeds("up", ...now);
    const made = await callsAfter(0);
    expect(made.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    expect(asked(made.filter(({ modelled }) => !modelled))).toEqual([]);
    expect(made.length).toBeGreaterThan(100);
    await staysAsItIs();

    const before = await lastCall();
    await setInputs({ activeColour: "green" });
    await succeeds("up", ...now);
    expect(asked(await callsAfter(before))).toEqual([
      "update aws:lb/listener:Listener",
      "update aws:lb/listenerRule:ListenerRule",
      "update kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "update kubernetes:core/v1:ConfigMap",
    ]);
    await staysAsItIs();

    await succeeds("destroy", ...now);
    expect(await everything()).toEqual([]);
  },
);

test(
  "a public production stack goes up, stays as it is, is protected until its protection is off, and leaves nothing",
  PATIENCE,
  async () => {
    const account = "210987654321";
    const admin = await sandbox.engine({ configuration: { region: "eu-west-1", allowedAccountIds: [account] } });
    const trusted = { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" };
    const role = await admin.create(ROLE, {
      name: "platform",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trusted] }),
    });
    const inputs = {
      connection: "direct",
      image: `registry.example.com/game/server@sha256:${"a".repeat(64)}`,
      certificates: { "eu-west-1": `arn:aws:acm:eu-west-1:${account}:certificate/0a1b` },
      alarmEmail: "oncall@example.com",
      administratorRoles: [`arn:aws:iam::${account}:role/platform`],
      operatorCidrs: ["203.0.113.0/24"],
    };
    await initStack({ name: "live", environment: "production", account });
    await setInputs(inputs);
    await succeeds("up", ...now);
    expect(asked((await callsAfter(0)).filter(({ modelled }) => !modelled))).toEqual([]);
    await staysAsItIs();

    const standing = await everything();
    const refused = await project.pulumi("destroy", ...now);
    expect(refused.exitCode, refused.output).not.toBe(0);
    const rest = await everything();
    for (const type of ["aws:dynamodb/table:Table", "aws:lb/loadBalancer:LoadBalancer", "aws:eks/cluster:Cluster"]) {
      expect(rest.filter((each) => each === type)).toEqual(standing.filter((each) => each === type));
    }

    await setInputs({ ...inputs, deletionProtection: false });
    await succeeds("up", ...now);
    await succeeds("destroy", ...now);
    expect(await everything()).toEqual([ROLE]);
    await admin.remove(ROLE, role);
  },
);
