import type { Database, OpenDatabase } from "../../db/database.ts";
import { type Gate, isMandatory, type StepContext, type TeardownFacts, type Verdict } from "../../gate/index.ts";
import { subjectOf, theService } from "../audit.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { type StackRecord, stepContextOf } from "../stacks/stackRecord.ts";
import { findStackById } from "../stacks/stackStore.ts";
import type { Placements } from "../updates/heldUpdates.ts";
import { type DecidedStep, type DecisionLedger, rootOf, verdictsOf } from "./decisionLedger.ts";
import { isRetained, judgedResource, knownResource } from "./judgedSteps.ts";
import { type Exemptions, exemptionsIn, whileExemptionsEnd } from "./leaning.ts";
import { opener } from "./stepJudge.ts";
import { forgetEarlyVerdicts, recordVerdicts } from "./verdictStore.ts";

/** What a teardown of a whole stack would take. */
export interface Teardown {
  /** Every resource that would go, as the state lists them. */
  readonly dying: readonly { readonly urn: string; readonly type: string }[];
  /** What its program retains: it leaves the state and goes on existing, and costing, without an owner. */
  readonly retained: readonly { readonly urn: string; readonly type: string }[];
  /** URNs of resources whose program protects them, retained ones too: an engine stops at the first, with others gone already. */
  readonly protectedUrns: readonly string[];
  /** What the rules say of each deletion. */
  readonly verdicts: readonly Verdict[];
}

interface JudgedTeardown extends Teardown {
  readonly decided: readonly DecidedStep[];
}

/** What is known of a stack's surroundings at this moment. */
export type TeardownFactsOf = (stack: StackRecord) => Promise<TeardownFacts>;

export interface TeardownJudge {
  /** Judges the deletion of everything in a stack, for who wants to know before asking. */
  viewTeardown(stackId: string): Promise<Teardown>;
  /** The same before an engine is started for it; writes the verdicts down with the operation. */
  judgeTeardown(of: { readonly stackId: string; readonly operation: string }): Promise<Teardown>;
}

interface TeardownDeps {
  readonly database: OpenDatabase;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly gate: Gate;
  readonly placements: Placements;
  readonly teardownFacts: TeardownFactsOf;
  readonly exemptions: Exemptions;
  readonly ledger: DecisionLedger;
}

const nothing: Teardown = { dying: [], retained: [], protectedUrns: [], verdicts: [] };

/** An engine's own preview of a destroy says no more than the state does, and takes a process, a lease and its providers' start. */
export function createTeardownJudge(deps: TeardownDeps): TeardownJudge {
  const { database, archive, sealing, gate, placements, teardownFacts, exemptions, ledger } = deps;

  async function resourcesOf(db: Database, stackId: string, version: number): Promise<readonly Resource[]> {
    const { deployment } = await archive.checkpoint(db, stackId, version);
    return deployment.resources ?? [];
  }

  async function judged(stack: StackRecord, work: Pick<StepContext, "work">): Promise<JudgedTeardown> {
    const resources = await resourcesOf(database.db, stack.id, stack.version);
    const open = opener(sealing, stack.id);
    const going = resources.filter(({ external }) => external !== true);
    const [dying, retained] = [going.filter((resource) => !isRetained(resource)), going.filter(isRetained)];
    const asked = dying.filter(({ type }) => gate.judgedTypes.has(type));
    const steps = asked.map((resource) => judgedResource({ resource, step: "delete", before: resource, open }));
    const known = resources
      .filter(({ type, delete: doomed }) => gate.watchedTypes.has(type) && doomed !== true)
      .map((resource) => knownResource(resource, open));
    const context = {
      ...stepContextOf(stack, await placements(stack), "preview"),
      teardown: await teardownFacts(stack),
      ...work,
    };
    const given = await gate.judgeSteps(context, steps, known);
    const verdictsOn = new Map(asked.map((resource, index) => [resource, given[index] ?? []]));
    const decided = dying.map((resource): DecidedStep => {
      const { urn, type } = resource;
      return { urn, type, step: "delete", verdicts: verdictsOn.get(resource) ?? [] };
    });
    return {
      decided,
      dying: dying.map(({ urn, type }) => ({ urn, type })),
      retained: retained.map(({ urn, type }) => ({ urn, type })),
      protectedUrns: going.filter(({ protect }) => protect === true).map(({ urn }) => urn),
      verdicts: verdictsOf(decided),
    };
  }

  async function judgeAndRecord(stack: StackRecord, operation: string): Promise<Teardown> {
    const { decided, ...teardown } = await judged(stack, { work: operation });
    await database.db.transaction().execute(async (tx) => {
      await forgetEarlyVerdicts(tx, operation);
      await exemptions.use(tx, { ...leaningOfWhole(stack, teardown), work: operation });
      await recordVerdicts(tx, { operation }, teardown.verdicts);
      await ledger.record(tx, { stack, update: undefined, operation, phase: "preview", steps: decided });
    });
    return teardown;
  }

  return {
    async viewTeardown(stackId) {
      const stack = await findStackById(database.db, stackId);
      if (stack === undefined) return nothing;
      const { decided: _, ...teardown } = await judged(stack, {});
      return teardown;
    },
    async judgeTeardown({ stackId, operation }) {
      const stack = await findStackById(database.db, stackId);
      return stack === undefined ? nothing : whileExemptionsEnd(() => judgeAndRecord(stack, operation));
    },
  };
}

/**
 * What is said of the stack as a whole is asked here only, so a teardown that is let begin by an exemption has used it. One of
 * single resources is used by the steps that take them.
 */
function leaningOfWhole(stack: StackRecord, { verdicts, protectedUrns }: Teardown) {
  const begins = protectedUrns.length === 0 && !verdicts.some(isMandatory);
  const ofWhole = verdicts.filter(({ resourceType }) => begins && resourceType === rootOf(stack).type);
  return { exemptions: exemptionsIn(ofWhole), subject: subjectOf(stack), team: stack.team, caller: theService };
}
