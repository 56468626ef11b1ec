import { afterEach, expect, test } from "vitest";
import { type FakeAnswers, type FakeService, fakeService } from "./fakeService.ts";

let service: FakeService | undefined;
afterEach(() => service?.close());
async function serving(answers: FakeAnswers): Promise<FakeService> {
  service = await fakeService(answers);
  return service;
}

const exemption = {
  id: "ex_1",
  team: "default",
  policy: "reliability-protect-data-stores",
  scope: { stack: "shop/prod", urn: "*::players" },
  reason: "The table moves to the vault.",
  status: "active",
  requester: "ada@studio.example",
  decided: { by: "grace", person: "grace@studio.example", at: "2026-11-21T12:00:00.000Z" },
  endsAt: "2026-11-21T18:00:00.000Z",
  uses: 0,
  maxUses: 1,
  warnings: ["expires in 5 hours"],
};

test("asking sends what was said, and says who goes on how", async () => {
  const { meridian, seen } = await serving({ "POST /v1/exemptions": { status: 201, body: exemption } });
  const run = await meridian(
    ...["exemptions", "ask", exemption.policy, "--stack", "shop/prod", "--urn", "*::players", "--max-uses", "1"],
    ...["--ends", exemption.endsAt, "--reason", exemption.reason],
  );
  expect(run).toMatchObject({ exitCode: 0, err: "" });
  expect(seen[0]?.body).toEqual({
    policy: exemption.policy,
    scope: { stack: "shop/prod", urn: "*::players" },
    reason: exemption.reason,
    endsAt: exemption.endsAt,
    maxUses: 1,
  });
  expect(run.out).toContain("meridian exemptions approve ex_1");
});

test("what is no number is refused before anything is sent", async () => {
  const { meridian, seen } = await serving({});
  const run = await meridian("exemptions", "ask", "p", "--ends", "x", "--reason", "x", "--ceiling", "many");
  expect(run.exitCode).not.toBe(0);
  expect(run.err).toContain("--ceiling is no number: many");
  expect(seen).toEqual([]);
});

test.each(["approve", "reject", "withdraw"])("%s is one request, and shows what became of it", async (decision) => {
  const { meridian, seen } = await serving({ [`POST /v1/exemptions/ex_1/${decision}`]: { body: exemption } });
  const run = await meridian("exemptions", decision, "ex_1");
  expect(run).toMatchObject({ exitCode: 0, err: "" });
  expect(run.out).toMatch(/decided by: +grace@studio.example/);
  expect(run.out).toMatch(/warning: +expires in 5 hours/);
  expect(seen).toHaveLength(1);
});

test("the list asks for what is wanted, and shows scope and uses", async () => {
  const { meridian } = await serving({
    "GET /v1/exemptions?unusedForDays=30&unused=true": { body: { items: [exemption] } },
  });
  const run = await meridian("exemptions", "list", "--unused", "--unused-for-days", "30");
  expect(run).toMatchObject({ exitCode: 0, err: "" });
  expect(run.out).toMatch(/ex_1 +reliability-protect-data-stores +shop\/prod \*::players +active +0 of 1/);
});
