import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveAnalyzer } from "../../policies/analyzer.ts";
import { type JudgedResource, judgeResource, judgeStack, pack } from "../../policies/index.ts";
import { corpora } from "./fixtures/corpus.ts";

let client: InstanceType<typeof services.AnalyzerClient>;
let now = new Date("2026-11-01T12:00:00Z");
beforeAll(async () => {
  const port = await serveAnalyzer({ now: () => now });
  client = new services.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
});
afterAll(() => client.close());

function asked<Answer>(ask: (done: (error: Error | null, answer: Answer) => void) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => ask((error, answer) => (error === null ? resolve(answer) : reject(error))));
}

const properties = (inputs: unknown) => struct.Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>); // fixtures are JSON

const said = (answer: InstanceType<typeof messages.AnalyzeResponse>) =>
  answer
    .getDiagnosticsList()
    .map((one) => [one.getPolicyname(), one.getEnforcementlevel(), one.getUrn(), one.getMessage()])
    .toSorted();

const levels = { advisory: messages.EnforcementLevel.ADVISORY, mandatory: messages.EnforcementLevel.MANDATORY };
const expected = (verdicts: ReturnType<typeof judgeResource>) =>
  verdicts.map(({ policy, level, urn, message }) => [policy, levels[level], urn, message]).toSorted();

const isStackRule = (policy: string): boolean =>
  pack.rules.some(({ name, check }) => name === policy && "on" in check && check.on === "stack");

test.each(corpora.map((corpus) => [corpus.context.environment, corpus.context.stackSet ?? "no set", corpus] as const))(
  "in %s, stack set %s, an engine is told of every resource what the gate says of it",
  async (_, __, { context, resources }) => {
    const stack = new messages.AnalyzerStackConfigureRequest();
    stack.getTagsMap().set("meridian:environment", context.environment);
    if (context.stackSet) stack.getTagsMap().set("meridian:stack-set", context.stackSet);
    await asked((done) => client.configureStack(stack, done));
    for (const resource of resources) {
      const request = new messages.AnalyzeRequest()
        .setUrn(resource.urn)
        .setType(resource.type)
        .setName(resource.name)
        .setProperties(properties(resource.inputs));
      const judged: JudgedResource = { ...resource, step: "update", secrets: [], protect: false };
      const alone = judgeResource(judged, context).filter(({ policy }) => !isStackRule(policy));
      expect(said(await asked((done) => client.analyze(request, done)))).toEqual(expected(alone));
    }
    const all = new messages.AnalyzeStackRequest().setResourcesList(
      resources.map((resource) =>
        new messages.AnalyzerResource()
          .setUrn(resource.urn)
          .setType(resource.type)
          .setName(resource.name)
          .setProperties(properties(resource.inputs)),
      ),
    );
    expect(said(await asked((done) => client.analyzeStack(all, done)))).toEqual(
      expected(judgeStack(resources, context)),
    );
  },
);

test("the engine is told of every rule but those on deletion, which it shows no pack", async () => {
  const info = await asked<InstanceType<typeof messages.AnalyzerInfo>>((done) =>
    client.getAnalyzerInfo(new empty.Empty(), done),
  );
  const names = info.getPoliciesList().map((policy) => policy.getName());
  const asksDeletion = ({ check }: (typeof pack.rules)[number]) => "on" in check && check.on === "deletion";
  expect(names).toEqual(pack.rules.filter((rule) => !asksDeletion(rule)).map(({ name }) => name));
});

const groupType = "aws:autoscaling/group:Group";
const urn = `urn:pulumi:dev::game::${groupType}::fleet`;

/** What the rule on fleets says of 31 machines in development, as the engine is told it. */
async function saidOfFleet() {
  const stack = new messages.AnalyzerStackConfigureRequest();
  stack.getTagsMap().set("meridian:environment", "development");
  await asked((done) => client.configureStack(stack, done));
  const request = new messages.AnalyzeRequest().setUrn(urn).setType(groupType).setName("fleet");
  const answer = await asked<InstanceType<typeof messages.AnalyzeResponse>>((done) =>
    client.analyze(request.setProperties(properties({ maxSize: 31, vpcZoneIdentifiers: ["a", "b"] })), done),
  );
  return answer
    .getDiagnosticsList()
    .filter((one) => one.getPolicyname() === "cost-limit-fleets")
    .map((one) => [one.getEnforcementlevel(), one.getMessage()]);
}

function configure(policy: string, config: object, level: keyof typeof messages.EnforcementLevel) {
  const request = new messages.ConfigureAnalyzerRequest();
  const given = new messages.PolicyConfig().setProperties(properties(config));
  request.getPolicyconfigMap().set(policy, given.setEnforcementlevel(messages.EnforcementLevel[level]));
  return asked<unknown>((done) => client.configure(request, done));
}

test("an engine's configuration sets levels and values, until the next one does", async () => {
  expect(await saidOfFleet()).toEqual([[levels.mandatory, expect.stringContaining("over 20 machines")]]);
  await configure("cost-limit-fleets", { mostMachines: { development: 30 } }, "ADVISORY");
  expect(await saidOfFleet()).toEqual([[levels.advisory, expect.stringContaining("over 30 machines")]]);
  await configure("cost-limit-fleets", { mostMachines: { development: 31 } }, "MANDATORY");
  expect(await saidOfFleet()).toEqual([]);
  await configure("cost-limit-fleets", {}, "DISABLED");
  expect(await saidOfFleet()).toEqual([]);
  await asked<unknown>((done) => client.configure(new messages.ConfigureAnalyzerRequest(), done));
  expect(await saidOfFleet()).toEqual([[levels.mandatory, expect.stringContaining("over 20 machines")]]);
});

test("a configuration with faults is refused with all of them, and the one before it stays", async () => {
  const config = { mostMachines: { moon: 1 }, colour: "red", exemptions: [{ id: "ex_1" }] };
  await expect(configure("cost-limit-fleets", config, "MANDATORY")).rejects.toThrow(
    /exemptions\[0\] must have .*; cost-limit-fleets\.colour: .*; cost-limit-fleets\.mostMachines names the environment "moon"/s,
  );
  expect(await saidOfFleet()).toHaveLength(1);
});

test("an exemption in the configuration lets through until its last moment, in the middle of a run", async () => {
  const exemption = {
    ...{ id: "ex_1", scope: { stack: "dev", urn: "*::fleet" }, ceiling: 31, reason: "Launch.", approvedBy: "Ada" },
    ...{ startsAt: "2026-11-01T00:00:00Z", endsAt: "2026-11-02T00:00:00Z" },
  };
  await configure("cost-limit-fleets", { exemptions: [exemption] }, "MANDATORY");
  now = new Date("2026-11-01T23:59:59Z");
  expect(await saidOfFleet()).toEqual([[levels.advisory, expect.stringContaining("exempted until")]]);
  now = new Date("2026-11-02T00:00:01Z");
  expect(await saidOfFleet()).toEqual([[levels.mandatory, expect.stringContaining("over 20 machines")]]);
  await asked<unknown>((done) => client.configure(new messages.ConfigureAnalyzerRequest(), done));
});
