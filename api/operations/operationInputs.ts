import { type Fault, isProblem, Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { addTaken, forgetTaken, keepTaken } from "../dependencies/dependencyStore.ts";
import { findReferences } from "../dependencies/inputReference.ts";
import { takeOutputs } from "../dependencies/takeOutputs.ts";
import type { DemandingSet, QuotaCheck } from "../quotas/quotaCheck.ts";
import { type OperationRow, setInputs } from "./operationStore.ts";

export interface OperationInputs {
  /**
   * The operation with the values of its inputs, or why it cannot have them. What references say is looked up once, at the
   * operation's first attempt; a later attempt works with the same values.
   */
  settle(row: OperationRow, stackId: string): Promise<SettledInputs>;
  /** After an operation has succeeded: the stack uses what this one took, and nothing from before. */
  succeeded(tx: Tx, row: OperationRow): Promise<void>;
}

type SettledInputs = { readonly row: OperationRow; readonly error?: undefined } | { readonly error: ProblemDocument };

export interface OperationInputsDeps {
  readonly db: Database;
  readonly blueprints: {
    checkInputs(
      db: Database,
      artefact: { readonly name: string; readonly digest: string },
      inputs: unknown,
    ): Promise<{ readonly inputs: unknown; readonly faults?: undefined } | { readonly faults: readonly Fault[] }>;
  };
  readonly quotas: QuotaCheck;
  readonly findTarget: (
    tx: Tx,
    name: string,
  ) => Promise<Pick<DemandingSet, "cloud" | "account" | "environment"> | undefined>;
  /** Makes a laptop see the inputs that the stack is brought up with. */
  readonly configure: (tx: Tx, stackId: string, inputs: unknown) => Promise<void>;
}

export function createOperationInputs(deps: OperationInputsDeps): OperationInputs {
  const { db, blueprints, quotas, configure } = deps;

  /** What was asked for with references may not have been judged before: only now is all of it known. */
  async function quotaExcess(tx: Tx, row: OperationRow, inputs: unknown): Promise<ProblemDocument | undefined> {
    const target = await deps.findTarget(tx, row.target);
    if (target === undefined || row.stackSet === null) return undefined;
    const { team, stackSet: name, blueprint, blueprintDigest, region } = row;
    const { cloud, account, environment } = target;
    try {
      const set = { team, name, blueprint, blueprintDigest, inputs, cloud, account, environment, regions: [region] };
      await quotas.require(tx, set);
      return undefined;
    } catch (error) {
      if (isProblem(error) && error.code === "quota-exceeded") return toProblemDocument(error);
      throw error;
    }
  }

  async function valuesOf(tx: Tx, row: OperationRow, stackId: string): Promise<SettledInputs> {
    const found = await takeOutputs(tx, row);
    if (found.refusal !== undefined) return { error: toProblemDocument(found.refusal) };
    const checked = await blueprints.checkInputs(
      tx,
      { name: row.blueprint, digest: row.blueprintDigest },
      found.inputs,
    );
    if (checked.faults !== undefined) return { error: toProblemDocument(refused(checked.faults)) };
    const { inputs } = checked;
    const excess = await quotaExcess(tx, row, inputs);
    if (excess !== undefined) return { error: excess };
    await setInputs(tx, row.id, inputs);
    if (row.kind === "up" && row.stackSetId !== null) {
      await addTaken(tx, { stackSetId: row.stackSetId, region: row.region, operation: row.id }, found.taken);
      await configure(tx, stackId, inputs);
    }
    return { row: { ...row, inputs } };
  }

  return {
    async settle(row, stackId) {
      // Neither a refresh nor a destroy runs the program: a stack can be torn down whatever became of what it took.
      const runsProgram = row.kind === "up" || row.kind === "preview";
      if (!runsProgram || findReferences(row.inputs).references.length === 0) return { row };
      return db.transaction().execute((tx) => valuesOf(tx, row, stackId));
    },

    async succeeded(tx, { kind, id, stackSetId, region }) {
      if (stackSetId === null) return;
      if (kind === "up") await keepTaken(tx, { stackSetId, region, operation: id });
      if (kind === "destroy") await forgetTaken(tx, { stackSetId, region });
    },
  };
}

function refused(faults: readonly Fault[]): Problem {
  const list = faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  return new Problem("inputs-refused", `With what they refer to, the inputs do not fit: ${list}`, { errors: faults });
}
