import type { Caller } from "../../base/caller.ts";
import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { Database, Tx } from "../../db/database.ts";
import { opener } from "../judgement/stepJudge.ts";
import { openSecrets } from "../secrets/openSecrets.ts";
import { SECRET_ROW, type Sealing } from "../secrets/sealing.ts";
import { sealSecrets } from "../secrets/sealSecrets.ts";
import type { StackSpending } from "../spending/stackSpending.ts";
import { fullName, type StackRecord } from "../stacks/stackRecord.ts";
import { changeStack, lockStack } from "../stacks/stackStore.ts";
import type { TakeOver } from "../stacks/takeOver.ts";
import { datedSuspects } from "../updates/updateEnding.ts";
import { changeUpdate, insertUpdate } from "../updates/updateStore.ts";
import type { Deployment } from "./deployment.ts";
import { outputsOf, resourceCountOf } from "./readOutputs.ts";
import type { StateArchive } from "./stateArchive.ts";

interface RecordDeps {
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly takeOver: TakeOver;
  readonly spending: Pick<StackSpending, "commit">;
  readonly clock: Clock;
}

export interface RecordState {
  readonly stackId: string;
  readonly caller: Caller;
  /** For the stack's history. */
  readonly message: string;
  /** Gets the state with its secrets in clear, marked as such; may bring in others. */
  readonly edit: (deployment: Deployment) => Deployment;
}

export interface RecordService {
  /** The latest state, its secrets in clear where the service has sealed them. */
  readOpened(db: Database | Tx, stack: Pick<StackRecord, "id" | "version">): Promise<Deployment>;
  /**
   * Writes down what is so in the cloud, as a new version of the stack's state. Nothing is judged: what exists is recorded,
   * and the next step that would change it is judged as always. Only for content that the cloud itself gave.
   *
   * @throws Problem `not-found`, `stack-locked`; `invalid-transition` for secrets in a stack with a secrets manager of its own
   */
  recordState(tx: Tx, record: RecordState): Promise<void>;
}

export function createRecordService({ archive, sealing, takeOver, spending, clock }: RecordDeps): RecordService {
  const opened = (stackId: string, deployment: Deployment): Deployment =>
    openSecrets(deployment, opener(sealing, stackId)) as Deployment; // only what stands inside secrets changes

  return {
    readOpened: async (db, { id, version }) => opened(id, (await archive.checkpoint(db, id, version)).deployment),

    async recordState(tx, { stackId, caller, message, edit }) {
      const locked = await lockStack(tx, stackId);
      if (locked === undefined) throw new Problem("not-found", `There is no stack with the id ${stackId}.`);
      const stack = await takeOver(tx, locked);
      const base = await archive.checkpoint(tx, stack.id, stack.version);
      const edited = withSecretsProvider(stack, edit(opened(stack.id, base.deployment)));
      const seal = (plaintext: string): string =>
        sealing.seal({ stackId, row: SECRET_ROW }, plaintext).toString("base64");
      const deployment = sealSecrets(edited, seal) as Deployment; // only what stands inside secrets changes
      const version = stack.version + 1;
      const now = clock.now();
      const id = await insertUpdate(tx, {
        stackId,
        kind: "import",
        dryRun: false,
        operation: undefined,
        door: "service",
        requestedBy: caller.name,
        actor: caller.id,
        request: { config: {}, message, environment: {} },
      });
      await changeUpdate(tx, id, { status: "succeeded", version, startedAt: now, finishedAt: now });
      await archive.saveCheckpoint(tx, { stackId, version }, { ...base, deployment });
      const state = { outputs: outputsOf(deployment), resourceCount: resourceCountOf(deployment) };
      await changeStack(tx, stackId, {
        version,
        suspects: datedSuspects(deployment, stack.suspects, undefined),
        ...state,
      });
      await spending.commit(tx, stack, { updateId: id, deployment });
    },
  };
}

/** A state that holds secrets must say who opens them. */
function withSecretsProvider(stack: StackRecord, deployment: Deployment): Deployment {
  const { secrets_providers: given } = deployment;
  if (given?.type === "service") return deployment;
  const holds = JSON.stringify(deployment.resources ?? []).includes('"plaintext":');
  if (!holds) return deployment;
  if (given !== undefined && given.type !== "") {
    const detail = `${fullName(stack)} has its secrets under ${given.type}, which the service cannot write. Use pulumi refresh or pulumi import.`;
    throw new Problem("invalid-transition", detail);
  }
  const state = { owner: stack.team, project: stack.project, stack: stack.name };
  return { ...deployment, secrets_providers: { type: "service", state } };
}
