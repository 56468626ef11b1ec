import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../../api/base/caller.ts";
import { systemClock } from "../../api/base/clock.ts";
import { newLease } from "../../api/state/updates/lease.ts";
import { createUpdateService } from "../../api/state/updates/updateService.ts";
import { protocolClient } from "./support/protocolClient.ts";
import { startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

const notHere = async (): Promise<never> => {
  throw new Error("a start ends no update here");
};

test("a start whose answer was lost gives the same lease when it is tried again, and takes one version", async () => {
  const path = await protocolClient(backend).makeStack("dev");
  const stack = await backend.state.findStack({ team: TEAM, project: "game", name: "dev" });
  if (stack === undefined) throw new Error(`${path} was made`);
  const caller: Caller = { id: "key_1", name: "tester", person: "tester", role: "operator", team: TEAM };
  const told = async () => undefined;
  const updates = createUpdateService({
    database: backend.database,
    healed: async (_caller, stack) => stack,
    placements: told,
    held: { of: notHere, forget: () => undefined },
    end: notHere,
    takeOver: async (_tx, present) => present,
    listener: {
      updateStarted: told,
      stepsRecorded: told,
      eventsRecorded: told,
      verdictsGiven: told,
      previewPriced: told,
      updateCompleted: told,
    },
    audit: { record: told, note: told },
    clock: systemClock,
    logger: pino({ level: "silent" }),
    leaseSeconds: 300,
    requireUnused: told,
    spending: { begin: told },
    exemptions: { exempting: async (_context, verdicts) => verdicts, use: told },
    askTeardown: notHere,
    shownLosses: { partOf: notHere },
    ledger: { partOf: told, record: told, stateReached: told },
    configSecrets: { oldestVersion: () => undefined, renew: (_stackId, config) => config },
  });
  const request = { config: {}, message: "", environment: {} };
  const updateId = await updates.create(caller, stack, { kind: "update", dryRun: false, request });
  const start = { updateId, tags: undefined, journals: true, lease: newLease() };
  const [first, second] = [await updates.start(caller, stack, start), await updates.start(caller, stack, start)];
  expect(second).toEqual(first);
  expect(second.version).toBe(1);
  await expect(updates.start(caller, stack, { ...start, lease: newLease() })).rejects.toMatchObject({
    code: "invalid-transition",
  });
});
