import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createBudgetService } from "../../../api/budgets/budgetService.ts";
import { createSpending, expireOverdue } from "../../../api/budgets/spending.ts";
import type { OpenDatabase, Tx } from "../../../api/db/database.ts";
import type { Payer, StackPrice } from "../../../api/state/index.ts";
import { attempt } from "./dyingWorker.ts";
import { type Asked, RESERVED_FOR_MS, total } from "./seasonModel.ts";
import { type PriceList, type SeasonStep, shape, startingAmounts } from "./seasonPlan.ts";

/** What was asked of the books and committed, with its place among all that was. */
export interface Committed {
  readonly place: number;
  readonly step: SeasonStep;
  readonly asked: Asked;
  readonly granted: boolean;
}

export interface SeasonOptions {
  /** One for each control process. */
  readonly databases: readonly OpenDatabase[];
  readonly workers: number;
  /** What is written in the transaction of each step besides, or not at all. */
  readonly alongside?: (tx: Tx, step: SeasonStep) => Promise<void>;
}

export interface Season {
  readonly budgetIds: readonly (readonly string[])[];
  readonly stackIds: readonly (readonly string[])[];
  /** Takes the steps, any worker any of them. @returns what was committed, in its order */
  run(steps: readonly SeasonStep[]): Promise<readonly Committed[]>;
}

/** A stack as its engine and its state know it. */
interface Stack {
  readonly payer: Payer;
  standing: PriceList;
  previewed: PriceList;
  running: { readonly updateId: string; made: PriceList } | undefined;
  /** Steps of one stack wait for one another, as they do for its row's lock. */
  turn: Promise<unknown>;
}

/** Budgets and stacks of some teams, on which any number of workers act at once. */
export async function openSeason({ databases, workers, alongside }: SeasonOptions): Promise<Season> {
  const [first] = databases;
  if (first === undefined) throw new Error("a season needs a database");
  const { db } = first;
  await sql`create sequence season`.execute(db);
  const teams = Array.from({ length: shape.teams }, (_, team) => `season-${team}`);
  const stacks = teams.map((team) => Array.from({ length: shape.stacksOfTeam }, (_, index) => newStack(team, index)));
  const service = (at: Date) => createBudgetService({ clock: { now: () => at }, standingPrices: async () => [] });
  const budgetIds: string[][] = [];
  for (const team of teams) {
    await db.insertInto("teams").values({ name: team }).execute();
    const made: string[] = [];
    for (const [index, dollars] of startingAmounts.entries()) {
      const stackSet = index === 0 ? undefined : `set-${index - 1}`;
      const budget = { team, stackSet, amount: dollars * 1_000_000, createdBy: "admin" };
      made.push((await db.transaction().execute((tx) => service(new Date(0)).create(tx, budget))).id);
    }
    budgetIds.push(made);
  }

  const processOf = (worker: number): OpenDatabase => databases[worker % databases.length] ?? first;

  async function answer(tx: Tx, step: SeasonStep, asked: Asked): Promise<boolean> {
    const spending = createSpending({ clock: { now: () => step.at }, reservedForMs: RESERVED_FOR_MS });
    const payer = "stack" in step ? stackOf(step).payer : undefined;
    const { updateId } = step;
    if (asked.kind === "expire") await expireOverdue(tx, { team: teams[step.team] ?? "", now: step.at });
    else if (asked.kind === "amend")
      await service(step.at).change(tx, budgetIds[step.team]?.[asked.budget] ?? "", { ...asked, ifMatch: "any" });
    else if (payer === undefined) throw new Error(`step ${step.index} is of no stack`);
    else if (asked.kind === "reserve")
      return (await spending.reserve(tx, payer, { updateId, price: priceOf(asked.prices) })) === undefined;
    else if (asked.kind === "begin")
      await spending.begin(tx, payer, { updateId: asked.updateId, price: priceOf(asked.standing) });
    else if (asked.kind === "cover")
      return (await spending.cover(tx, payer, { updateId: asked.updateId, byUrn: asked.prices })) === undefined;
    else if (asked.kind === "commit")
      await spending.commit(tx, payer, { updateId, price: asked.standing && priceOf(asked.standing) });
    else await spending.release(tx, payer);
    return true;
  }

  const stackOf = ({ team, stack }: { readonly team: number; readonly stack: number }): Stack => {
    const found = stacks[team]?.[stack];
    if (found === undefined) throw new Error(`there is no stack ${stack} of team ${team}`);
    return found;
  };

  async function take(step: SeasonStep, worker: number, log: Committed[]): Promise<void> {
    const stack = "stack" in step ? stackOf(step) : undefined;
    const asked = askedBy(step, stack);
    if (asked === undefined) return;
    let { kill } = step;
    let granted = false;
    for (let worked = worker; ; worked += 1) {
      const done = await attempt({
        database: processOf(worked),
        bystander: db,
        kill,
        async work(tx) {
          const answered = await answer(tx, step, asked);
          await alongside?.(tx, step);
          return { answered, place: await nextPlace(tx) };
        },
        committed({ answered, place }) {
          granted = answered;
          log.push({ place, step, asked, granted: answered });
        },
      });
      if (done) break;
      kill = undefined;
    }
    if (stack !== undefined) become(stack, step, { asked, granted });
  }

  return {
    budgetIds,
    stackIds: stacks.map((ofTeam) => ofTeam.map(({ payer }) => payer.id)),
    async run(steps) {
      const log: Committed[] = [];
      const waiting = steps.values();
      await Promise.all(
        Array.from({ length: workers }, async (_, worker) => {
          for (const step of waiting) {
            const stack = "stack" in step ? stackOf(step) : undefined;
            const turn = (stack?.turn ?? Promise.resolve()).then(() => take(step, worker, log));
            if (stack !== undefined) stack.turn = turn;
            await turn;
          }
        }),
      );
      return log.toSorted((one, other) => one.place - other.place);
    },
  };
}

function newStack(team: string, index: number): Stack {
  const stackSet = `set-${index % shape.stackSetsOfTeam}`;
  const payer = { id: randomUUID(), team, project: "meridian", name: `stack-${index}`, stackSet };
  return { payer, standing: {}, previewed: {}, running: undefined, turn: Promise.resolve() };
}

const priceOf = (prices: PriceList): StackPrice => ({
  monthly: total(prices),
  byUrn: prices,
  unpriced: [],
  regionAssumed: [],
});

/** Undefined for what cannot be now: a second update of a stack, a step without one. */
function askedBy(step: SeasonStep, stack: Stack | undefined): Asked | undefined {
  if (step.kind === "expire") return { kind: "expire" };
  if (step.kind === "amend") return { kind: "amend", budget: step.budget, amount: step.amount };
  if (stack === undefined) return undefined;
  const { running, standing, previewed } = stack;
  if (step.kind === "preview") return { kind: "reserve", prices: step.prices };
  if (step.kind === "step") {
    const price = step.price ?? previewed[step.urn];
    return running && price !== undefined
      ? { kind: "cover", prices: { [step.urn]: price }, updateId: running.updateId }
      : undefined;
  }
  if (step.kind === "end") return running && { kind: "commit", standing: left(stack, step.how) };
  if (running !== undefined) return undefined;
  if (step.kind === "begin") return { kind: "begin", standing, updateId: step.updateId };
  return step.kind === "teardown" ? { kind: "commit", standing: {} } : { kind: "release" };
}

/** The state that an update leaves: what succeeded has deleted what its preview no longer had. */
function left({ standing, previewed, running }: Stack, how: "succeeded" | "half" | "nothing"): PriceList | undefined {
  if (how === "nothing" || running === undefined || Object.keys(running.made).length === 0) return undefined;
  const kept = Object.entries({ ...standing, ...running.made });
  return Object.fromEntries(how === "half" ? kept : kept.filter(([urn]) => urn in previewed || urn in running.made));
}

function become(stack: Stack, step: SeasonStep, { asked, granted }: Pick<Committed, "asked" | "granted">): void {
  if (!granted) return;
  if (asked.kind === "reserve" && stack.running === undefined) stack.previewed = asked.prices;
  if (asked.kind === "begin") stack.running = { updateId: step.updateId, made: {} };
  if (asked.kind === "cover" && stack.running) stack.running.made = { ...stack.running.made, ...asked.prices };
  if (asked.kind === "commit") {
    stack.standing = asked.standing ?? stack.standing;
    stack.running = undefined;
  }
  if (asked.kind === "release") stack.standing = {};
}

/** Taken while the team's budgets are locked, so it tells the order in which they were. */
async function nextPlace(tx: Tx): Promise<number> {
  const { rows } = await sql<{ place: number }>`select nextval('season') as place`.execute(tx);
  return rows[0]?.place ?? 0;
}
