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
beforeAll(async () => {
  client = new services.AnalyzerClient(`127.0.0.1:${await serveAnalyzer()}`, grpc.credentials.createInsecure());
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
