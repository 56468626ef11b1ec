import { afterAll, expect, test } from "vitest";
import { createGate, type KnownLog, type StepContext } from "../../api/gate/index.ts";
import { createJudgeWorker } from "../../api/gate/judgeWorker.ts";
import { createKnownView } from "../../api/gate/knownView.ts";
import type { JudgedResource, KnownResource } from "../../policies/index.ts";

const gate = await createGate();
afterAll(() => gate.close());
const context: StepContext = { environment: "production", project: "game", stack: "dev", phase: "up" };

const known = (name: string, type: string, inputs: Record<string, unknown>): KnownResource => ({
  urn: `urn:pulumi:dev::game::${type}::${name}`,
  type,
  name,
  id: name,
  inputs,
});
const asStep = (resource: KnownResource): JudgedResource => ({
  ...resource,
  step: "create",
  secrets: [],
  protect: false,
});
const subnet = (zone: string) => known(`subnet-${zone}`, "aws:ec2/subnet:Subnet", { availabilityZone: zone });
const served = (zone: string) =>
  known(`association-${zone}`, "aws:ec2/routeTableAssociation:RouteTableAssociation", {
    routeTableId: "table",
    subnetId: `subnet-${zone}`,
  });
const route = known("route", "aws:ec2/route:Route", { natGatewayId: "nat", routeTableId: "table" });
const change = (resource: KnownResource) => ({ urn: resource.urn, type: resource.type, resource });
const refusals = async (log: KnownLog, step: JudgedResource) =>
  (await gate.judgeSteps(context, [step], log)).flat().filter(({ level }) => level === "mandatory").length;

test("what was added to a log since the last judgement counts, and what is gone does not", async () => {
  const changes = [subnet("a"), subnet("b"), route].map(change);
  const log = { id: "grows", changes };
  expect(await refusals(log, asStep(served("b")))).toBe(0);
  changes.push(change(served("a")));
  expect(await refusals(log, asStep(served("b")))).toBe(1);
  const { urn, type } = served("a");
  const shrunk: KnownLog = { id: "grows", changes: [...changes, { urn, type }] };
  expect(await refusals(shrunk, asStep(served("b")))).toBe(0);
});

test("a step that was judged is not part of the log", async () => {
  const log = { id: "judged", changes: [subnet("a"), subnet("b"), route].map(change) };
  expect(await refusals(log, asStep(served("a")))).toBe(0);
  expect(await refusals(log, asStep(served("b")))).toBe(0);
});

test("a log that the thread has forgotten is told from its beginning", async () => {
  const log = { id: "forgotten", changes: [subnet("a"), subnet("b"), route, served("a")].map(change) };
  expect(await refusals(log, asStep(served("b")))).toBe(1);
  for (let other = 0; other < 130; other += 1) await refusals({ id: `other-${other}`, changes: [] }, asStep(route));
  expect(await refusals(log, asStep(served("b")))).toBe(1);
});

test("a thread that took the place of a dead one is told the whole log", async () => {
  const worker = createJudgeWorker({
    module: new URL("./support/dyingThread.ts", import.meta.url),
    patience: 10_000,
    pack: { name: "meridian", version: "1.2.3" },
  });
  const log = { id: "outlives", changes: [subnet("a")].map(change) };
  const counted = async (name: string) => worker.judge({ context, steps: [asStep(known(name, "t", {}))], known: log });
  expect((await counted("count"))[0]).toMatchObject([{ message: "1 changes" }]);
  expect((await counted("count"))[0]).toMatchObject([{ message: "0 changes" }]);
  await counted("deadly");
  expect((await counted("count"))[0]).toMatchObject([{ message: "1 changes" }]);
  await worker.close();
});

test("what is tried in a view is taken back, in the reverse order", () => {
  const view = createKnownView();
  const { urn, type } = subnet("a");
  view.apply(change(subnet("a")));
  view.tentatively(() => {
    view.apply({ urn, type });
    view.apply(change({ ...subnet("a"), name: "again" }));
    view.apply(change(subnet("b")));
    expect(view.stack.ofType(type).map(({ name }) => name)).toEqual(["again", "subnet-b"]);
  });
  expect(view.stack.ofType(type)).toEqual([subnet("a")]);
});
