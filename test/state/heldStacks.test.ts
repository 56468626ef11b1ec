import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { type EditWorld, open, other, refused, shut, startEditWorld, store } from "./support/editWorld.ts";
import { grantExemption, usesOf } from "./support/exemptions.ts";
import { announcing, begun, deploymentOf, succeeded, thing } from "./support/protocolClient.ts";
import { insertTarget } from "./support/rows.ts";
import { TEAM } from "./support/testBackend.ts";

let world: EditWorld;
let { backend, client, stackOf, kept }: EditWorld = {} as EditWorld; // given before the first test
beforeAll(async () => {
  world = await startEditWorld();
  ({ backend, client, stackOf, kept } = world);
});
afterAll(() => world.close());

describe("a client that sends checkpoints", () => {
  test("is refused a result that it did not announce, and the state stays as it was", async () => {
    const stack = await stackOf(other);
    const update = await client.start(stack, { journals: false });
    const late = deploymentOf(other, thing("new"));
    const answer = await update.checkpoint(late);
    expect(answer).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("PULUMI_SKIP_CHECKPOINTS") },
    });
    expect(await update.checkpoint(late)).toMatchObject({ status: 403, body: answer.body });
    await update.complete("failed");
    expect(await kept(stack)).toMatchObject([{ urn: other.urn }]);
  });

  test("is refused a teardown that it did not announce", async () => {
    const update = await client.start(await stackOf(other), { journals: false, kind: "destroy" });
    expect((await update.checkpoint(deploymentOf())).status).toBe(403);
  });

  test("is refused a result that is not what it announced", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack, { journals: false });
    expect((await update.checkpoint(announcing([shut]))).status).toBe(200);
    expect(await update.checkpoint(deploymentOf(open))).toMatchObject(refused);
    expect((await update.checkpoint(deploymentOf(shut))).status).toBe(200);
  });

  test("does not make a protected store disappear as if it were not found", async () => {
    const update = await client.start(await stackOf(store(), other), { journals: false });
    expect(await update.checkpoint(deploymentOf(other))).toMatchObject(refused);
    expect((await update.checkpoint(deploymentOf(store()))).status).toBe(200);
  });
});

describe("a stack that is bound to a target", () => {
  let bound: string;
  beforeAll(async () => {
    await insertTarget(backend);
    const tags = { "meridian:environment": "staging" };
    const name = { team: TEAM, project: "game", name: "bound" };
    const doors = ["cli", "service"];
    await backend.state.ensureStack(undefined, { ...name, target: "live", region: "eu-west-1", doors, tags });
    bound = `/api/stacks/${TEAM}/game/bound`;
  });

  test("is not updated by a client that does not journal; it may preview", async () => {
    const { answer } = await client.begin(bound, { journals: false });
    expect(answer).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("PULUMI_DISABLE_JOURNALING") },
    });
    expect((await client.begin(bound, { journals: false, dryRun: true })).answer.status).toBe(200);
  });

  test.each<[string, object]>([
    ["an entry that says so", { kind: 6, secretsProvider: { type: "passphrase", state: { salt: "v1:x" } } }],
    [
      "a base that says so",
      { kind: 5, newSnapshot: { ...deploymentOf().deployment, secrets_providers: { type: "passphrase", state: {} } } },
    ],
  ])("keeps its secrets with the service in its updates too, whatever its client's file says: %s", async (_, entry) => {
    const update = await client.start(bound);
    const own = { kind: 6, secretsProvider: { type: "service", state: {} } };
    expect((await update.journal(own)).status).toBe(200);
    const answer = await update.journal(entry);
    expect(answer.body.message).toContain("bound to a target, whose stacks keep them with the service");
    expect(answer.status).toBe(409);
    await update.complete("failed");
  });

  const provider = (inputs: Record<string, unknown>) => thing("elsewhere", inputs, "pulumi:providers:aws");
  const role = (account: string) => `arn:aws:iam::${account}:role/deploy`;
  test.each<[string, Resource]>([
    ["a provider for another region", provider({ region: "us-east-1" })],
    ["a provider for another account", provider({ region: "eu-west-1", allowedAccountIds: '["222222222222"]' })],
    [
      "a provider that acts as a role of another account",
      provider({ assumeRole: JSON.stringify({ roleArn: role("222222222222") }) }),
    ],
    [
      "a provider with a chain of roles that ends elsewhere",
      provider({ assumeRoles: [{ roleArn: role("111111111111") }, { roleArn: role("222222222222") }] }),
    ],
    ["a resource with a region of its own", thing("queue", { region: "us-east-1" }, "aws:sqs/queue:Queue")],
  ])("does not get %s, by a step, by an end of one, or by an import", async (_, resource) => {
    const elsewhere = { status: 403, body: { message: expect.stringContaining("gate-wrong-placement") } };
    const update = await client.start(bound);
    expect(await update.journal(begun(1, "creating", resource))).toMatchObject(elsewhere);
    expect(await update.journal({ kind: 0, operationID: 2 }, succeeded(2, resource))).toMatchObject(elsewhere);
    await update.complete("failed");
    expect(await backend.call("POST", `${bound}/import`, { body: deploymentOf(resource) })).toMatchObject(elsewhere);
  });

  test.each([
    ["its own region and account", { region: "eu-west-1", allowedAccountIds: '["111111111111"]' }],
    ["a role of its own account", { assumeRole: JSON.stringify({ roleArn: role("111111111111") }) }],
    ["nothing said", {}],
  ])("gets a provider with %s", async (_, inputs) => {
    const update = await client.start(bound);
    expect((await update.journal(begun(1, "creating", provider(inputs)))).status).toBe(200);
    expect((await update.journal(succeeded(1, provider(inputs)))).status).toBe(200);
    await update.complete();
  });

  test("goes to the regions that the service has marked it to reach, and to no others", async () => {
    const name = { team: TEAM, project: "game", name: "reaching" };
    const tags = { "meridian:environment": "staging", "meridian:other-regions": "us-east-1,eu-central-1" };
    const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags };
    await backend.state.ensureStack(undefined, { ...name, ...place });
    const update = await client.start(`/api/stacks/${TEAM}/game/reaching`);
    for (const [index, region] of ["us-east-1", "eu-central-1", "eu-west-1"].entries()) {
      expect((await update.journal(begun(index + 1, "creating", provider({ region })))).status, region).toBe(200);
    }
    expect(await update.journal(begun(9, "creating", provider({ region: "us-west-2" })))).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("111111111111 in eu-west-1, us-east-1, eu-central-1") },
    });
    await update.complete("failed");
  });

  test("is not forgotten while it has resources, unless it is exempted from the rule that names this", async () => {
    await backend.call("POST", `${bound}/import`, { body: deploymentOf(other) });
    const answer = await backend.call("DELETE", `${bound}?force=true`);
    const message = expect.stringMatching(
      /reliability-forget-no-resources .*still has 1 resources.*POST \/v1\/exemptions/s,
    );
    expect(answer).toMatchObject({ status: 403, body: { message } });
    expect((await backend.call("GET", bound)).status).toBe(200);
    const ofStack = backend.database.db.selectFrom("decisions").select(["phase", "steps"]).orderBy("id", "desc");
    const row = await ofStack.where("stack", "=", bound.split("/").slice(-2).join("/")).executeTakeFirst();
    expect(row, "the ledger's last row").toMatchObject({
      phase: "admission",
      steps: [
        { step: "delete", refused: true, verdicts: [{ policy: "reliability-forget-no-resources", outcome: "fail" }] },
        { urn: other.urn, step: "delete", refused: true },
      ],
    });

    const name = "forgotten";
    const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
    await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name, ...place });
    await backend.call("POST", `/api/stacks/${TEAM}/game/${name}/import`, { body: deploymentOf(other) });
    const id = await grantExemption(backend, "reliability-forget-no-resources", { project: "game", stack: name });
    expect((await backend.call("DELETE", `${bound}?force=true`)).status).toBe(403);
    expect((await backend.call("DELETE", `/api/stacks/${TEAM}/game/${name}?force=true`)).status).toBe(200);
    expect(await usesOf(backend, id)).toBe(1);
  });

  test("keeps its secrets with the service", async () => {
    const { version, deployment } = deploymentOf(other);
    const body = {
      version,
      deployment: { ...deployment, secrets_providers: { type: "passphrase", state: { salt: "s" } } },
    };
    const answer = await backend.call("POST", `${bound}/import`, { body });
    expect(answer).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining("keeps its secrets with passphrase") },
    });
  });
});
