import { expect } from "vitest";
import { createBudgetService } from "../../../api/budgets/budgetService.ts";
import { createSpending } from "../../../api/budgets/spending.ts";
import { verifyBooks } from "../../../api/budgets/verifyBooks.ts";
import type { Tx } from "../../../api/db/database.ts";
import type { Resource } from "../../../api/state/deployments/deployment.ts";
import { priceStack } from "../../../pricing/index.ts";
import { protocolClient, thing } from "./protocolClient.ts";
import { startTestBackend, TEAM, type TestBackendOptions } from "./testBackend.ts";

export const NAT = "aws:ec2/natGateway:NatGateway";
export const gateway = (name: string): Resource => thing(name, { region: "us-east-1" }, NAT);
export const priced = (...resources: Resource[]): number =>
  priceStack(resources.map(({ urn, type, inputs = {} }) => ({ urn, type, inputs, name: urn }))).monthly;
/** What a gateway costs. */
export const ONE = priced(gateway("a"));

export type BudgetWorld = Awaited<ReturnType<typeof startBudgetWorld>>;

/** A state backend whose stacks spend from one budget of their team. */
export async function startBudgetWorld(options: Pick<TestBackendOptions, "keyring"> = {}) {
  let offset = 0;
  const clock = { now: () => new Date(Date.now() + offset) };
  const spending = createSpending({ clock, reservedForMs: 3_600_000 });
  const backend = await startTestBackend({ ...options, spending });
  const client = protocolClient(backend);
  const { db } = backend.database;
  const budgets = createBudgetService({ clock, standingPrices: backend.state.standingPrices });
  const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction().execute(work);
  let id = "";
  return {
    backend,
    client,
    clock,
    move(milliseconds: number) {
      offset = milliseconds;
    },
    close: () => backend.close(),
    view: () => budgets.get(db, id, undefined),
    /** @returns its id */
    async set(amount: number): Promise<string> {
      id = (await inTx((tx) => budgets.create(tx, { team: TEAM, stackSet: undefined, amount, createdBy: "admin" }))).id;
      return id;
    },
    async standing() {
      expect(await verifyBooks(db)).toEqual([]);
      const query = db.selectFrom("budgets").select(["free", "reserved", "committed"]);
      return query.where("id", "=", id).executeTakeFirstOrThrow();
    },
    /** Without budgets and stacks. */
    async clear() {
      for (const old of await db.selectFrom("budgets").select("id").where("removedAt", "is", null).execute())
        await inTx((tx) => budgets.remove(tx, old.id, undefined));
      await db.deleteFrom("stacks").execute();
      await db.deleteFrom("stackCosts").execute();
    },
  };
}

interface Intended {
  readonly made?: readonly Resource[];
  readonly gone?: readonly Resource[];
}

/** A preview that says so, and is not completed yet. */
export async function previewOf(
  client: ReturnType<typeof protocolClient>,
  stack: string,
  { made = [], gone = [] }: Intended,
) {
  const update = await client.start(stack, { dryRun: true });
  const metadata = [
    ...made.map((resource) => ({ op: "create", urn: resource.urn, type: resource.type, new: resource })),
    ...gone.map((resource) => ({ op: "delete", urn: resource.urn, type: resource.type, old: resource })),
  ];
  const events = metadata.map((of, sequence) => ({ sequence, timestamp: 1, resourcePreEvent: { metadata: of } }));
  expect((await update.send("POST", "events/batch", { events })).status).toBe(200);
  return update;
}
