import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const SINK = "aws:oam/sink:Sink";
const POLICY = "aws:oam/sinkPolicy:SinkPolicy";
const INVALID = "InvalidParameterException";

function policyFor(accounts: readonly string[], action = "oam:CreateLink"): string {
  const statement = { Effect: "Allow", Principal: { AWS: accounts }, Action: action, Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

const withSink = async ({ make }: Workshop): Promise<Made> => ({ sink: await make(SINK, { name: "shared" }) });

const cases: readonly ConformanceCase[] = [
  {
    type: SINK,
    smallest: () => ({ name: "shared" }),
    id: /^arn:aws:oam:eu-west-1:\d{12}:sink\/[0-9a-f-]{36}$/,
    outputs: { arn: /:sink\//, sinkId: /^[0-9a-f-]{36}$/ },
    change: { tags: { team: "lobby" } },
    replace: { name: "other" },
    taken: { code: "ServiceQuotaExceededException" },
    spoiled: [{ name: "a name with a space", with: { name: "our sink" }, code: INVALID }],
  },
  {
    type: POLICY,
    needs: withSink,
    smallest: (made) => ({ sinkIdentifier: made["sink"]?.id ?? "", policy: policyFor(["111122223333"]) }),
    id: /:sink\//,
    outputs: { sinkId: /^[0-9a-f-]{36}$/ },
    change: { policy: policyFor(["111122223333", "444455556666"]) },
    spoiled: [
      { name: "a policy that is no JSON", with: { policy: "{" }, code: INVALID },
      { name: "a policy that says nothing", with: { policy: "{}" }, code: INVALID },
      {
        name: "an action of another service",
        with: { policy: policyFor(["111122223333"], "s3:GetObject") },
        code: INVALID,
      },
      {
        name: "a sink that does not exist",
        with: (made) => ({ sinkIdentifier: `${made["sink"]?.id}0` }),
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("a sink", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its policy along", async () => {
    const engine = await sandbox.engine();
    const sink = await engine.create(SINK, { name: "shared" });
    const policy = await engine.create(POLICY, { sinkIdentifier: sink.id, policy: policyFor(["111122223333"]) });
    await engine.remove(SINK, sink);
    expect(await engine.read(POLICY, policy.id, policy)).toBeUndefined();
  });
});
