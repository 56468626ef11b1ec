import type { Assumptions } from "../../../pricing/index.ts";
import { Problem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import type { Deployment } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { PreviewCost } from "../judgement/previewCost.ts";
import { opener } from "../judgement/stepJudge.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { fullName, type StackRecord } from "../stacks/stackRecord.ts";
import { listStacks } from "../stacks/stackStore.ts";
import type { UpdateRequest } from "../updates/updateRecord.ts";
import { type Payer, payerOf, type Spending, type StackPrice } from "./spending.ts";
import { priceStanding, stackPriceOf } from "./statePrice.ts";

interface SpendingDeps {
  readonly spending: Spending;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly assumptions?: Partial<Assumptions> | undefined;
}

/** Tells the budgets what states cost: when an update begins, when it has ended, and when a state is changed without an engine. */
export interface StackSpending {
  /**
   * Under the stack's lock, before the update's first step.
   *
   * @throws Problem `journal-required` for a client whose steps would not be seen before they are taken
   */
  begin(tx: Tx, stack: StackRecord, update: BegunUpdate): Promise<void>;
  /** @param deployment the state as it stands; undefined where it was not changed */
  commit(tx: Tx, stack: StackRecord, ended: EndedUpdate): Promise<void>;
  /** A preview has completed. @returns why there is no money for what it shows */
  reserve(tx: Tx, stack: StackRecord, preview: Previewed): Promise<Problem | undefined>;
  release(tx: Tx, stack: StackRecord): Promise<void>;
  /** What the stacks of a team cost as they stand, but for those that are known. */
  standingPrices(tx: Tx, team: string, known: ReadonlySet<string>): Promise<readonly StandingPrice[]>;
}

export interface StandingPrice {
  readonly payer: Payer;
  readonly price: StackPrice;
}

type ClientConfig = UpdateRequest["config"];

interface EndedUpdate {
  readonly updateId: string;
  readonly deployment: Deployment | undefined;
  /** As the client gave it: it may say the region. */
  readonly config?: ClientConfig;
}

interface Previewed {
  readonly updateId: string;
  readonly cost: PreviewCost;
}

interface BegunUpdate {
  readonly updateId: string;
  readonly config: ClientConfig;
  readonly journals: boolean;
}

export function createStackSpending({ spending, archive, sealing, assumptions }: SpendingDeps): StackSpending {
  function priceOf(stack: StackRecord, { resources = [] }: Deployment, config: ClientConfig = {}): StackPrice {
    const region = stack.region ?? config["aws:region"]?.string ?? stack.config?.["aws:region"];
    return priceStanding(resources, { region, open: opener(sealing, stack.id), assumptions });
  }

  return {
    async begin(tx, stack, { updateId, config, journals }) {
      const payer = payerOf(stack);
      if (!(await spending.governs(tx, payer))) return;
      if (!journals) throw journalRequired(stack);
      const { deployment } = await archive.checkpoint(tx, stack.id, stack.version);
      await spending.begin(tx, payer, { updateId, price: priceOf(stack, deployment, config) });
    },

    reserve: (tx, stack, { updateId, cost }) =>
      spending.reserve(tx, payerOf(stack), { updateId, price: { ...stackPriceOf(cost.after), monthly: cost.most } }),

    async commit(tx, stack, { updateId, deployment, config }) {
      const price = deployment && priceOf(stack, deployment, config);
      await spending.commit(tx, payerOf(stack), { updateId, price });
    },

    async standingPrices(tx, team, known) {
      const found: StandingPrice[] = [];
      for (const stack of await listStacks(tx, { team })) {
        if (known.has(stack.id) || stack.resourceCount === 0) continue;
        const { deployment } = await archive.checkpoint(tx, stack.id, stack.version);
        found.push({ payer: payerOf(stack), price: priceOf(stack, deployment) });
      }
      return found;
    },

    release: (tx, stack) => spending.release(tx, payerOf(stack)),
  };
}

function journalRequired(stack: StackRecord): Problem {
  const detail =
    `${fullName(stack)} spends from a budget, so each of its steps must be announced before it is taken, and this client does not. ` +
    "Use a Pulumi CLI that journals (3.225 or newer, without PULUMI_DISABLE_JOURNALING).";
  return new Problem("journal-required", detail);
}
