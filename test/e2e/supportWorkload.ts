import { expect } from "vitest";
import { untilEnded } from "../support/operations.ts";
import type { TestService } from "../support/service.ts";
import type { Project } from "./supportLaptop.ts";

/** A program of somebody's own: some networks, a bucket, and a secret whose value changes with the generation. */
export const YARD: Readonly<Record<string, string>> = {
  "Pulumi.yaml": "name: yard\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": JSON.stringify({ name: "yard", private: true }),
  "index.js": `
const { Subnet } = require("@pulumi/aws/ec2/subnet");
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Bucket } = require("@pulumi/aws/s3/bucket");
const { Secret } = require("@pulumi/aws/secretsmanager/secret");
const { SecretVersion } = require("@pulumi/aws/secretsmanager/secretVersion");
const { Config, secret } = require("@pulumi/pulumi");
const config = new Config();
const tags = { generation: config.require("generation") };
for (let index = 0; index < config.requireNumber("size"); index += 1) {
  const network = new Vpc("network-" + index, { cidrBlock: "10." + index + ".0.0/16", tags });
  new Subnet("subnet-" + index, { vpcId: network.id, cidrBlock: "10." + index + ".1.0/24" });
}
new Bucket("store", { tags });
const key = new Secret("key", { recoveryWindowInDays: 0 });
new SecretVersion("value", { secretId: key.id, secretString: secret("s-" + tags.generation) });
`,
};

/** What is wanted of a stack now; undefined for one that is not wanted. */
interface Wanted {
  readonly size: number;
  readonly generation: number;
}

/** Stacks by both doors, and what people want of them, which they know whatever becomes of the service. */
export interface Workload {
  readonly sets: Map<string, Wanted>;
  readonly yards: Map<string, Wanted>;
  /** Carries out one operation of a kind, on a stack that the random numbers choose. */
  operate(door: "rest" | "cli", kind: "create" | "update" | "destroy"): Promise<void>;
}

const REGION = "eu-west-1";
export const stackOf = (set: string): string => `${set}.sandbox.${REGION}`;

interface Doors {
  readonly service: () => TestService;
  readonly yard: Project;
  readonly random: (below: number) => number;
}

export function createWorkload({ service, yard, random }: Doors): Workload {
  const sets = new Map<string, Wanted>();
  const yards = new Map<string, Wanted>();
  let made = 0;
  let generation = 0;

  const wanted = (): Wanted => {
    generation += 1;
    return { size: 1 + random(2), generation };
  };
  const named = (known: string | undefined, word: string): string => {
    if (known !== undefined) return known;
    made += 1;
    return `${word}-${made}`;
  };
  const pick = (from: ReadonlyMap<string, Wanted>) => [...from.keys()][random(from.size)];

  async function rest(kind: string, known: string | undefined): Promise<void> {
    const name = named(known, "set");
    if (kind === "destroy") {
      await removeSet(service(), name);
      sets.delete(name);
      return;
    }
    const want = wanted();
    await (kind === "create" ? makeSet(service(), name, want) : changeSet(service(), name, want));
    sets.set(name, want);
  }

  async function cli(kind: string, known: string | undefined): Promise<void> {
    const name = named(known, "yard");
    if (kind === "destroy") {
      await yard.ok(["destroy", "--yes", "--skip-preview", "--stack", name]);
      yards.delete(name);
      return;
    }
    const want = wanted();
    if (kind === "create") await yard.ok(["stack", "init", name, "--no-select"]);
    const values = { "aws:region": REGION, size: want.size, generation: want.generation };
    const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await yard.ok(["config", "set-all", "--stack", name, ...pairs]);
    await yard.ok(["up", "--yes", "--skip-preview", "--stack", name]);
    yards.set(name, want);
  }

  return {
    sets,
    yards,
    async operate(door, asked) {
      const all = door === "rest" ? sets : yards;
      const kind = all.size === 0 ? "create" : asked;
      const known = kind === "create" ? undefined : pick(all);
      await (door === "rest" ? rest(kind, known) : cli(kind, known));
    },
  };
}

const inputsOf = ({ size, generation }: Wanted) => ({ resources: size * 10, generation });

async function rolledOut(service: TestService, answer: { status: number; body: { id: string } }): Promise<void> {
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  const ended = await untilEnded(service, `/v1/rollouts/${answer.body.id}`);
  expect(ended.status, JSON.stringify(ended)).toBe("succeeded");
}

export async function makeSet(service: TestService, name: string, want: Wanted): Promise<void> {
  const body = { name, blueprint: "measured", regions: [REGION], inputs: inputsOf(want) };
  await rolledOut(service, await service.call("POST", "/v1/stack-sets", { body }));
}

export async function changeSet(service: TestService, name: string, want: Wanted): Promise<void> {
  const { headers } = await service.call("GET", `/v1/stack-sets/${name}`);
  const match = { "if-match": headers.get("etag") ?? "", "content-type": "application/merge-patch+json" };
  const body = { inputs: inputsOf(want) };
  await rolledOut(service, await service.call("PATCH", `/v1/stack-sets/${name}`, { body, headers: match }));
}

export async function removeSet(service: TestService, name: string): Promise<void> {
  await rolledOut(service, await service.call("DELETE", `/v1/stack-sets/${name}`));
}

/** Numbers that are the same in each run (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below) >>> 0;
  };
}
