import { afterAll, beforeAll, expect, test } from "vitest";
import { listAll } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

test("players beyond the region's quota are refused before any engine starts, with the number that would fit", async () => {
  const quota = { region: "eu-west-1", code: "L-1216C47A", value: 400 };
  expect((await service.call("PUT", "/v1/sandbox/quotas", { body: quota })).body).toMatchObject({ value: 400 });
  const ask = (peakPlayers: number, regions = ["eu-west-1"]) =>
    service.call("POST", "/v1/stack-sets", {
      body: { name: "launch", blueprint: "game-servers", regions, inputs: { peakPlayers } },
    });
  const refused = await ask(90_000);
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "quota-exceeded", errors: [{ pointer: "/inputs/peakPlayers" }] },
  });
  const most = Number(/at most (\d+) players fit/.exec(refused.body.detail)?.[1]);
  expect(most).toBeGreaterThan(1_000);
  expect((await ask(most + 1)).status).toBe(422);
  expect(await listAll(service, "/v1/operations")).toEqual([]);
  expect(await listAll(service, "/v1/sandbox/ledger")).toEqual([]);
  expect((await ask(most)).status).toBe(202);
}, 60_000);
