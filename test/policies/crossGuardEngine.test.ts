import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type JudgeContext,
  judgeResource,
  judgeStack,
  type KnownResource,
  pack,
  UNKNOWN,
} from "../../policies/index.ts";
import { ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { corpora } from "./fixtures/corpus.ts";
import { association, nat, route, subnets } from "./fixtures/network.ts";
import { type PermissiveProvider, startPermissiveProvider } from "./support/permissiveProvider.ts";

const packFolder = path.join(import.meta.dirname, "..", "..", "policies");

/** Declares what `resources.json` lists; in a preview a value of the seed that its provider did not give is not known. */
const program = `
import { readFileSync } from "node:fs";
import { CustomResource } from "@pulumi/pulumi";
const resources = JSON.parse(readFileSync("resources.json", "utf8"));
const seed = new CustomResource("aws:test/seed:Seed", "seed", { later: undefined });
const made = new Map();
const fill = (value) => {
  if (value === ${JSON.stringify(UNKNOWN)}) return seed.later;
  if (Array.isArray(value)) return value.map(fill);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)])) : value;
};
for (const { urn, type, name, inputs, propertyDependencies = {} } of resources) {
  const references = Object.entries(propertyDependencies).map(([property, [source]]) => [property, made.get(source).id]);
  made.set(urn, new CustomResource(type, name, { ...fill(inputs), ...Object.fromEntries(references) }));
}
`;

interface Said {
  readonly policy: string;
  readonly urn: string;
  readonly level: string;
  readonly message: string;
}

let project: PulumiProject;
let provider: PermissiveProvider;

beforeAll(async () => {
  provider = await startPermissiveProvider();
  project = await pulumiProject(await ensureEngine(), {
    "Pulumi.yaml": "name: game\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "game", "type": "module" }',
    "index.js": program,
    "resources.json": "[]",
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = ["aws", "kubernetes"].map((name) => `${name}:${provider.port}`).join(",");
  // The flag --event-log is there for those who debug the engine only.
  project.env["PULUMI_DEBUG_COMMANDS"] = "true";
  await project.pulumi("stack", "init", "dev");
});

afterAll(async () => {
  await project.remove();
  provider.close();
});

const byText = (left: Said, right: Said): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

/** What the pack says in a preview by the engine. */
async function preview(resources: readonly KnownResource[], context: JudgeContext) {
  await writeFile(path.join(project.folder, "resources.json"), JSON.stringify(resources));
  await project.pulumi("stack", "tag", "set", "meridian:environment", context.environment);
  if (context.stackSet) await project.pulumi("stack", "tag", "set", "meridian:stack-set", context.stackSet);
  else await project.pulumi("stack", "tag", "rm", "meridian:stack-set");
  const log = path.join(project.folder, "events.json");
  await rm(log, { force: true });
  const run = await project.pulumi("preview", "--policy-pack", packFolder, "--event-log", log);
  const events = (await readFile(log, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const said: Said[] = events.flatMap(({ policyEvent }) =>
    policyEvent
      ? [
          {
            policy: policyEvent.policyName,
            urn: policyEvent.resourceUrn,
            level: policyEvent.enforcementLevel,
            message: policyEvent.message.replaceAll(/<\{%\w+%\}>/g, "").trim(),
          },
        ]
      : [],
  );
  return { said: said.sort(byText), run };
}

/** What the gate says of the same, with no value marked as safe to repeat. */
function judgeAll(resources: readonly KnownResource[], context: JudgeContext): readonly Said[] {
  const alone = resources.flatMap((resource) =>
    judgeResource({ ...resource, step: "create", secrets: "unmarked", protect: false }, context),
  );
  const together = judgeStack(resources, context);
  const stackPolicies = new Set(pack.rules.filter(({ check }) => "on" in check).map(({ name }) => name));
  return [...alone.filter(({ policy }) => !stackPolicies.has(policy)), ...together]
    .map(({ policy, urn, level, message }) => ({ policy, urn, level, message }))
    .sort(byText);
}

describe("the pack in the engine", () => {
  it.each(corpora)(
    "says what the gate says in $context.environment, stack set $context.stackSet",
    async ({ context, resources }) => {
      const { said, run } = await preview(resources, context);
      expect(said, run.output).toEqual(judgeAll(resources, context));
      expect(run.exitCode).not.toBe(0);
    },
  );

  const production: JudgeContext = { ...(corpora[0]?.context as JudgeContext), environment: "production" };
  const network = [...subnets, nat("nat-a"), association("table-a", "a"), association("table-b", "b")];

  it("sees in a first preview that a gateway serves two zones", async () => {
    const tables = ["table-a", "table-b"].map((name) => ({
      ...nat(name),
      urn: `urn:pulumi:dev::game::aws:ec2/routeTable:RouteTable::${name}`,
      type: "aws:ec2/routeTable:RouteTable",
    }));
    const { said, run } = await preview(
      [...subnets, nat("nat-a"), ...tables, ...network.slice(4), route("table-a", "nat-a"), route("table-b", "nat-a")],
      production,
    );
    expect(said.filter(({ level }) => level === "mandatory")).toEqual([
      expect.objectContaining({
        policy: "reliability-require-nat-per-zone",
        message: "one NAT gateway serves 2 zones",
      }),
    ]);
    expect(run.exitCode).not.toBe(0);
  });

  it("lets a clean foreign program pass, and advises", async () => {
    const bucket = nat("bucket");
    const { said, run } = await preview([bucket], production);
    expect(said.map(({ policy, level }) => [policy, level])).toEqual([
      ["cost-recommend-tags", "advisory"],
      ["cost-require-budget", "advisory"],
    ]);
    expect(run.exitCode, run.output).toBe(0);
  });
});
