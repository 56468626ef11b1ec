import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Laptop, setUpLaptop } from "../state/support/pulumiCli.ts";
import { githubClaims, startIssuer, type TestIssuer } from "../support/issuer.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
let issuer: TestIssuer;
let runner: Laptop;
beforeAll(async () => {
  [service, issuer] = await Promise.all([startTestService({ env: { MERIDIAN_RUNNERS: "0" } }), startIssuer()]);
  runner = await setUpLaptop({ url: service.url, key: "" });
  const rules = [
    {
      claims: { repository: "org/game", ref: "refs/heads/main" },
      role: "operator",
      scope: { projects: ["game"], stacks: ["live-*"], permissions: ["preview", "change", "export-secrets"] },
    },
  ];
  const body = { name: "github", issuer: issuer.url, audience: "urn:pulumi:org:lobby", team: "lobby", rules };
  expect((await service.call("POST", "/v1/identity-providers", { body })).status).toBe(201);
});
afterAll(async () => {
  await Promise.all([service?.close(), issuer?.close(), runner?.close()]);
});

const assertion = (claims: object = {}) => issuer.token({ ...githubClaims, aud: "urn:pulumi:org:lobby", ...claims });
const login = (token: string, ...more: string[]) =>
  runner.run(["login", "--oidc-token", token, ...more, service.url], { PULUMI_BACKEND_URL: "" });

test("a stock CLI logs in with a pipeline's own token, and does what the trust's rule lets it", async () => {
  const loggedIn = await login(assertion());
  expect(loggedIn.output).toContain("Logged in to");
  expect(loggedIn.code).toBe(0);
  const init = await runner.run(["stack", "init", "lobby/live-eu"]);
  expect(init.output).toContain("Created stack");
  await runner.program("exports.answer = pulumi.secret(42);");
  expect((await runner.run(["config", "set", "--secret", "password", "swordfish"])).code).toBe(0);
  const up = await runner.run(["up", "--yes"]);
  expect(up.output).toContain("answer: [secret]");
  expect(up.code).toBe(0);

  const elsewhere = await runner.run(["stack", "init", "lobby/other"]);
  expect(elsewhere.output).toContain("narrowed to other stacks than other");
  const removed = await runner.run(["stack", "rm", "--yes", "--force", "lobby/live-eu"]);
  expect(removed.output).toContain('does not have the permission "remove-stacks"');
  expect(removed.code).not.toBe(0);

  const { body: log } = await service.call("GET", "/v1/audit-log?team=lobby&pageSize=100");
  const mine = log.items.filter(
    ({ actorName }: { actorName: string }) => actorName === "github:org/game@refs/heads/main",
  );
  const actions = new Set(
    mine.map(({ action, outcome }: { action: string; outcome: string }) => `${action} ${outcome}`),
  );
  for (const action of ["token.exchange", "stack.create", "update.start", "update.end", "secret.decrypt"])
    expect(actions).toContain(`${action} done`);
  expect(actions).toContain("stack.remove refused");
});

test("a token of another branch, and one for a person, are refused with the reason on the terminal", async () => {
  const branch = await login(assertion({ ref: "refs/heads/feature" }));
  expect(branch.code).not.toBe(0);
  expect(branch.output).toContain("no rule of the trust fits its claims");
  const person = await login(assertion(), "--oidc-user", "octocat");
  expect(person.output).toContain("Tokens of persons are not given to pipelines");
});

test("the audit log of all this is proved by the heads that the service wrote", async () => {
  // Records are chained a moment after they are committed.
  await vi.waitFor(
    async () => {
      const { body } = await service.call("GET", "/v1/audit-log/verification");
      expect(body).toMatchObject({ status: "intact", late: 0 });
      expect(body.records).toBeGreaterThan(10);
    },
    { timeout: 10_000, interval: 100 },
  );
});
