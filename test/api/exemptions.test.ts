import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../api/base/caller.ts";
import { expectProblem } from "./apiHarness.ts";
import { DAY, type ExemptionWorld, startExemptionWorld } from "./exemptionWorld.ts";

let { api, admin, keys, keyOf, makeKey, later, request, ask, act, show, granted, liveIds, useBy }: ExemptionWorld =
  {} as ExemptionWorld; // given before the first test
beforeAll(async () => {
  ({ api, admin, keys, keyOf, makeKey, later, request, ask, act, show, granted, liveIds, useBy } =
    await startExemptionWorld());
});
afterAll(() => api.close());

describe("who asks and who approves", () => {
  test("an exemption is asked for by one person, approved by another, in force at once, and all of it on record", async () => {
    const asked = await ask();
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const { id } = asked.body;
    expect(asked.headers.get("location")).toBe(`/v1/exemptions/${id}`);
    expect(asked.body).toMatchObject({
      ...request(),
      status: "requested",
      requestedBy: "ada",
      requester: "ada@studio.example",
      uses: 0,
      warnings: [],
    });
    expect(await liveIds()).not.toContain(id);
    const approved = await act(id, "approve");
    expect(approved.body).toMatchObject({
      status: "active",
      startsAt: api.clock.now().toISOString(),
      decided: { by: "grace", person: "grace@studio.example" },
    });
    expect(await liveIds()).toContain(id);
    const { body: log } = await api.send("GET", "/v1/audit-log", { key: admin });
    expect(log.items.slice(0, 2)).toMatchObject([
      {
        action: "exemption.approve",
        actorName: "grace",
        details: { requester: "ada@studio.example", person: "grace@studio.example" },
      },
      {
        action: "exemption.request",
        actorName: "ada",
        details: { policy: "security-no-open-door", person: "ada@studio.example" },
      },
    ]);
    expectProblem(await act(id, "approve"), "invalid-transition");
    expectProblem(await act(id, "reject"), "invalid-transition");
  });

  test.each<[string, string, Role, object]>([
    ["with the same key", "ada", "admin", { person: "ada@studio.example" }],
    ["with another key of the same person", "ada, too", "approver", { person: "Ada@Studio.Example" }],
  ])("nobody approves their own, %s; nor an admin", async (_what, name, role, person) => {
    await makeKey(`${name} ${role}`, role, person);
    const key = keyOf(`${name} ${role}`);
    const { body } = await ask({}, role === "admin" ? key : keyOf("ada"));
    const reply = await act(body.id, "approve", key);
    expectProblem(reply, "second-person-required");
    expect(reply.body.detail).toContain("ada@studio.example");
    expect(await show(body.id)).toMatchObject({ status: "requested" });
  });

  test("a decision by a key that was revoked meanwhile does not count, nor one on what such a key asked for", async () => {
    await makeKey("leaver", "operator", { person: "leaver@studio.example" });
    const { body } = await ask({}, keyOf("leaver"));
    await api.send("DELETE", `/v1/api-keys/${keys["leaver"]?.id}`, { key: admin });
    const reply = await act(body.id, "approve");
    expectProblem(reply, "invalid-transition");
    expect(reply.body.detail).toContain("was revoked");

    await makeKey("left", "approver", { person: "left@studio.example" });
    const { body: second } = await ask();
    await api.send("GET", "/v1/exemptions", { key: keyOf("left") });
    // As another process does it, which this one has not heard of yet.
    await api.db
      .updateTable("apiKeys")
      .set({ revokedAt: new Date() })
      .where("id", "=", keys["left"]?.id ?? "")
      .execute();
    expectProblem(await act(second.id, "approve", keyOf("left")), "unauthenticated");
    expect(await show(second.id)).toMatchObject({ status: "requested" });
  });

  test("one for a whole team takes an admin", async () => {
    const { body } = await ask({ scope: { region: "eu-west-1" } });
    const reply = await act(body.id, "approve");
    expectProblem(reply, "forbidden");
    expect(reply.body.detail).toContain("all of default");
    expect((await act(body.id, "approve", keyOf("root"))).status).toBe(200);
  });

  test("two approvers at once approve once", async () => {
    const { body } = await ask();
    const replies = await Promise.all([act(body.id, "approve"), act(body.id, "approve", keyOf("root"))]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test("it is withdrawn at once by who asked for it or may approve, and by nobody else", async () => {
    await makeKey("eve", "operator", { person: "eve@studio.example" });
    const id = await granted();
    expectProblem(await act(id, "withdraw", keyOf("eve")), "forbidden");
    expect(await liveIds()).toContain(id);
    expect((await act(id, "withdraw", keyOf("ada"))).body).toMatchObject({
      status: "withdrawn",
      withdrawn: { person: "ada@studio.example" },
    });
    expect(await liveIds()).not.toContain(id);
    await expect(useBy(id, "op_1")).rejects.toMatchObject({ code: "exemption-ended" });
    expectProblem(await act(id, "withdraw", keyOf("ada")), "invalid-transition");
    const other = await ask();
    expect((await act(other.body.id, "withdraw")).body).toMatchObject({ status: "withdrawn" });
  });

  test("what was rejected stays so, and lets nothing through", async () => {
    const { body } = await ask();
    expect((await act(body.id, "reject")).body).toMatchObject({ status: "rejected", decided: { by: "grace" } });
    expectProblem(await act(body.id, "approve"), "invalid-transition");
    expect(await liveIds()).not.toContain(body.id);
  });

  test("another team's is not there", async () => {
    const id = await granted();
    const theirs = await api.keyFor("approver", "rivals");
    for (const action of ["approve", "reject", "withdraw"]) expectProblem(await act(id, action, theirs), "not-found");
    expectProblem(await api.send("GET", `/v1/exemptions/${id}`, { key: theirs }), "not-found");
    expect((await api.send("GET", "/v1/exemptions", { key: theirs })).body.items).toEqual([]);
    await makeKey("rival", "operator", { team: "rivals", person: "eve@rivals.example" });
    expectProblem(await ask({}, keyOf("rival")), "not-found");
  });
});

describe("what is asked for", () => {
  test.each<[string, object, string, RegExp]>([
    ["a policy with a slip of the pen", { policy: "security-no-open-dor" }, "/policy", /Is it security-no-open-door\?/],
    ["a policy that is nothing like any", { policy: "xxxx" }, "/policy", /GET \/v1\/policies/],
    ["the gate's own judgement", { policy: "gate-wrong-placement" }, "/policy", /of which nobody is exempted/],
    ["a ceiling without a figure", { ceiling: 4 }, "/ceiling", /holds no figure/],
    ["an end that is over", { endsAt: "2020-01-01T00:00:00Z" }, "/endsAt", /is over/],
    ["an end too far away", { endsAt: "2999-01-01T00:00:00Z" }, "/endsAt", /more than 90 days/],
    ["a beginning after the end", { startsAt: "2999-01-01T00:00:00Z" }, "/startsAt", /not before its end/],
    ["no reason to speak of", { reason: "because" }, "/reason", /in a sentence/],
    ["no scope", { scope: {} }, "/scope", /narrows nothing/],
    ["no uses", { maxUses: 0 }, "/maxUses", /./],
    ["a negative ceiling", { policy: "cost-limit-fleets", ceiling: -1 }, "/ceiling", /./],
    ["something unknown", { forever: true }, "/forever", /./],
  ])("%s is refused with a pointer to it", async (_what, more, pointer, detail) => {
    const reply = await ask(more);
    expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
    expect(reply.body.errors[0].detail).toMatch(detail);
  });

  test.each([
    ["stack", { scope: { stack: "shop/prd" } }],
    ["stack set", { scope: { stackSet: "lunch" } }],
  ])("a %s that is not there is refused", async (what, more) => {
    const reply = await ask(more);
    expectProblem(reply, "not-found");
    expect(reply.body.detail).toContain(what);
  });

  test("the last allowed end is taken, and a ceiling where there is a figure", async () => {
    expect((await ask({ endsAt: later(90 * DAY) })).status).toBe(201);
    const { body } = await ask({
      policy: "cost-limit-fleets",
      ceiling: 600,
      scope: { stackSet: "launch", region: "eu-west-1" },
    });
    expect(body).toMatchObject({ ceiling: 600, scope: { stackSet: "launch", region: "eu-west-1" } });
  });

  test("an exemption from a rule on deletions is for one use, unless more are asked for", async () => {
    const policy = "reliability-protect-data-stores";
    expect((await ask({ policy })).body.maxUses).toBe(1);
    expect((await ask({ policy, maxUses: 5 })).body.maxUses).toBe(5);
    expect((await ask()).body).not.toHaveProperty("maxUses");
  });
});
