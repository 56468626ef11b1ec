import { expect, test } from "vitest";
import { createStackBinding } from "../../api/operations/stackBinding.ts";

const target = { name: "sandbox", cloud: "sandbox", account: "000000000000", environment: "development" };
const bindingOf = createStackBinding(async (name) => {
  if (name === "sandbox") return { target, regions: ["eu-west-1"], doors: ["service", "cli"] };
  if (name === "guarded") return { target: { ...target, name }, regions: ["eu-west-1"], doors: ["service"] };
  return undefined;
});
const stack = { team: "lobby", project: "meridian", name: "launch.sandbox.eu-west-1" };

test("a stack of the service's project is bound to the target and region of its name, with the tags that rules read", async () => {
  expect(await bindingOf(stack)).toEqual({
    target: "sandbox",
    region: "eu-west-1",
    doors: ["service", "cli"],
    tags: {
      "meridian:stack-set": "launch",
      "meridian:target": "sandbox",
      "meridian:cloud": "sandbox",
      "meridian:environment": "development",
      "meridian:region": "eu-west-1",
      "meridian:team": "lobby",
    },
  });
});

test("a stack of a project of one's own is bound to nothing, whatever its name", async () => {
  expect(await bindingOf({ ...stack, project: "arena" })).toBeUndefined();
});

test.each([
  ["a name of another form", "dev", "invalid-request", /<stack set>\.<target>\.<region>/],
  ["a target that there is not", "launch.nowhere.eu-west-1", "invalid-request", /nowhere/],
  ["a region that the target does not allow", "launch.sandbox.us-east-1", "invalid-request", /us-east-1.*eu-west-1/],
  ["a target whose stacks the service makes", "launch.guarded.eu-west-1", "door-closed", /POST \/v1\/stack-sets/],
])("%s is refused", async (_what, name, code, message) => {
  await expect(bindingOf({ ...stack, name })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
