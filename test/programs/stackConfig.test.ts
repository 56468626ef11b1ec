import { describe, expect, it } from "vitest";
import { readStackConfig } from "../../programs/stackConfig.ts";

const stack = "launch.sandbox.eu-west-1";
const config: Readonly<Record<string, string>> = {
  "aws:region": "eu-west-1",
  "meridian:blueprint": "game-servers",
  "meridian:inputs": '{"peakPlayers": 20000}',
  "meridian:stackSet": "launch",
  "meridian:target": "sandbox",
  "meridian:owner": "realm-team",
  "meridian:costCentre": "cc-1042",
};

function read(changes: Readonly<Record<string, string | undefined>> = {}, name = stack) {
  const changed: Readonly<Record<string, string | undefined>> = { ...config, ...changes };
  return readStackConfig(name, (key) => changed[key]);
}

function problemsOf(...args: Parameters<typeof read>): readonly string[] {
  const result = read(...args);
  return result.ok ? [] : result.problems;
}

describe("a stack's configuration", () => {
  it("says which blueprint to build, of what, and where", () => {
    expect(read()).toEqual({
      ok: true,
      run: {
        blueprint: "game-servers",
        inputs: { peakPlayers: 20000 },
        placement: {
          stackSet: "launch",
          target: "sandbox",
          region: "eu-west-1",
          environment: "development",
          cloud: "sandbox",
          account: "000000000000",
          owner: "realm-team",
          costCentre: "cc-1042",
        },
      },
    });
  });

  it("without an account means that of the built-in target there, and none in particular elsewhere", () => {
    const elsewhere = read({ "meridian:target": "live" }, "launch.live.eu-west-1");
    expect(elsewhere.ok && elsewhere.run.placement).not.toHaveProperty("account");
    expect(read()).toMatchObject({ run: { placement: { account: "000000000000" } } });
  });

  it("may leave out the inputs, and means none", () => {
    expect(read({ "meridian:inputs": undefined })).toMatchObject({ ok: true, run: { inputs: {} } });
  });

  it("without an environment means production, except on the built-in target", () => {
    const name = "launch.live.eu-west-1";
    expect(read({ "meridian:target": "live" }, name)).toMatchObject({
      ok: true,
      run: { placement: { environment: "production", cloud: "aws" } },
    });
  });

  it("may name environment, account and cloud", () => {
    const named = {
      "meridian:environment": "staging",
      "meridian:account": "123456789012",
      "meridian:cloud": "sandbox",
    };
    expect(read({ ...named, "meridian:target": "live" }, "launch.live.eu-west-1")).toMatchObject({
      ok: true,
      run: { placement: { environment: "staging", account: "123456789012", cloud: "sandbox" } },
    });
  });

  it.each(Object.keys(config).filter((key) => key !== "meridian:inputs"))("is refused without %s, by name", (key) => {
    expect(problemsOf({ [key]: undefined })).toEqual([expect.stringContaining(`pulumi config set ${key}`)]);
  });

  it("that lacks everything says so of everything", () => {
    const result = readStackConfig(stack, () => undefined);
    expect(result.ok ? [] : result.problems).toHaveLength(6);
  });

  it.each([
    ["aws:region", "Ireland", /give a region such as/],
    ["meridian:stackSet", "Launch!", /3 to 40 characters/],
    ["meridian:environment", "prod", /development, staging or production/],
    ["meridian:account", "12", /twelve digits/],
    ["meridian:cloud", "azure", /sandbox or aws/],
    ["meridian:inputs", "{", /is no JSON .* give one object/],
  ])("is refused when %s is %j", (key, value, message) => {
    expect(problemsOf({ [key]: value })).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ["region", "launch.sandbox.us-east-1"],
    ["target", "launch.live.eu-west-1"],
    ["stack set", "other.sandbox.eu-west-1"],
  ])("is refused when its %s is not the one in the stack's name", (_, name) => {
    expect(problemsOf({}, name)).toEqual([
      `the stack is called ${name}, its configuration says ${stack}: use the stack or the values that belong together`,
    ]);
  });
});
