import {
  applyExemptions,
  type Exemption,
  type JudgedResource,
  type KnownResource,
  type PolicySettings,
  pack,
  type Verdict,
} from "../../policies/index.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { createJudgeWorker } from "./judgeWorker.ts";
import type { KnownLog } from "./knownLog.ts";
import { indexRules, type RuleIndex } from "./ruleIndex.ts";
import type { StepContext } from "./stepContext.ts";

/** The judgement of steps before the engine may take them. */
export interface Gate {
  /** The rules that it judges by, for who writes down what was asked. */
  readonly rules: RuleIndex;
  /** Types that some rule reads at all; a step on another type needs no judgement. */
  readonly judgedTypes: ReadonlySet<string>;
  /** Types whose resources rules compare with each other, or whose state before the step rules read. */
  readonly watchedTypes: ReadonlySet<string>;
  /** Types whose resources rules judge when all of a stack is known. */
  readonly wholeTypes: ReadonlySet<string>;
  /**
   * Judges steps in their order, each with the resources known and the steps before it in view. Never rejects: where no
   * judgement can be had, the verdict is mandatory and names the pack.
   *
   * @param known resources of the watched types that the stack has, by its state and the steps already taken; a log where
   *   more judgements of the same stack are to come
   * @returns the verdicts of each step, in the order of the steps
   */
  judgeSteps(
    context: StepContext,
    steps: readonly JudgedResource[],
    known: KnownLog | readonly KnownResource[],
  ): Promise<readonly (readonly Verdict[])[]>;
  /**
   * Judges what only all resources of a stack together can tell. Never rejects, as `judgeSteps`.
   *
   * @param resources all that the stack will have, or has; those of other types than `wholeTypes` are not looked at
   * @param touched types on which there was a step: rules on none of them are not asked
   */
  judgeWhole(
    context: StepContext,
    resources: readonly KnownResource[],
    touched: ReadonlySet<string>,
  ): Promise<readonly Verdict[]>;
  /** Ends the worker; later judgements fail closed. */
  close(): Promise<void>;
}

export interface GateOptions {
  /** After how many milliseconds a judgement fails closed. */
  readonly patience?: number;
  readonly settings?: PolicySettings;
  /** Exemptions that may cover a stack, asked anew at each judgement; where the answer fails, nothing is exempted. */
  readonly exemptionsOf?: ExemptionsOf;
  /** The judgement of packs besides Meridian's own, which may look at every type. */
  readonly ownPacks?: OwnPacks;
  readonly clock?: Clock;
}

export type ExemptionsOf = (context: StepContext) => Promise<readonly Exemption[]>;

/** Lets through what exemptions cover at this moment, of verdicts on a stack: one list for each that is given. */
export type Exempting = (
  context: StepContext,
  verdicts: readonly (readonly Verdict[])[],
) => Promise<readonly (readonly Verdict[])[]>;

/** Both fail closed by their verdicts, and reject only where the gate's caller cannot go on either: the database is away. */
export interface OwnPacks {
  /** One list for each step, in their order. */
  judgeSteps(context: StepContext, steps: readonly JudgedResource[]): Promise<readonly (readonly Verdict[])[]>;
  judgeWhole(context: StepContext, resources: readonly KnownResource[]): Promise<readonly Verdict[]>;
}

interface Check {
  readonly on: "resource" | "stack" | "whole-stack" | "deletion";
  readonly types: readonly string[];
}

const PATIENCE_MS = 5_000;
const none: readonly Exemption[] = [];

/** Where the exemptions cannot be had, nothing is exempted. */
export function createExempting(exemptionsOf: ExemptionsOf, clock: Clock): Exempting {
  return async (context, verdicts) => {
    if (verdicts.every((of) => of.length === 0)) return verdicts;
    const exemptions = await exemptionsOf(context).catch(() => none); // fails closed; who was asked logs why
    return verdicts.map((of) => applyExemptions(of, exemptions, context, clock.now()));
  };
}

/** The gate over Meridian's policy pack, evaluated in a worker thread so that no rule can stall the control process. */
export async function createGate(options: GateOptions = {}): Promise<Gate> {
  const { exemptionsOf, ownPacks, settings, clock = systemClock } = options;
  const worker = createJudgeWorker({
    module: new URL("./judgeThread.ts", import.meta.url),
    patience: options.patience ?? PATIENCE_MS,
    pack: { name: pack.name, version: pack.version },
    ...(settings && { settings }),
  });
  const checks = pack.rules.flatMap(({ check }) => [check].flat()) as readonly Check[]; // flat() does not see readonly arrays
  const typesOf = (...kinds: readonly Check["on"][]): ReadonlySet<string> =>
    new Set(checks.filter(({ on }) => kinds.includes(on)).flatMap(({ types }) => types));
  const judgedTypes = typesOf("resource", "stack", "deletion");
  const wholeTypes = typesOf("whole-stack");
  /** What our rules say of the steps that they look at. */
  const byOurs = async (...[context, steps, known]: Parameters<Gate["judgeSteps"]>) => {
    const ours = steps.filter(({ type }) => judgedTypes.has(type));
    const verdicts = ours.length === 0 ? [] : await worker.judge({ context, steps: ours, known });
    const of = new Map(ours.map((step, index) => [step, verdicts[index]]));
    return steps.map((step) => of.get(step) ?? []);
  };
  const exempting = createExempting(exemptionsOf ?? (async () => none), clock);
  return {
    rules: indexRules(pack, settings),
    judgedTypes: ownPacks === undefined ? judgedTypes : everyType(judgedTypes),
    watchedTypes: typesOf("stack", "deletion"),
    wholeTypes: ownPacks === undefined ? wholeTypes : everyType(wholeTypes),
    async judgeSteps(context, steps, known) {
      if (steps.length === 0) return [];
      const [byPack, byOthers] = await Promise.all([
        byOurs(context, steps, known),
        ownPacks?.judgeSteps(context, steps) ?? [],
      ]);
      return exempting(
        context,
        byPack.map((own, index) => [...own, ...(byOthers[index] ?? [])]),
      );
    },
    async judgeWhole(context, resources, touched) {
      const looked = resources.filter(({ type }) => wholeTypes.has(type));
      const asked = [...touched].filter((type) => wholeTypes.has(type));
      const byPack =
        looked.length === 0 || asked.length === 0
          ? []
          : worker.judgeWhole({ context, resources: looked, touched: asked });
      const verdicts = await Promise.all([
        byPack,
        ownPacks === undefined || resources.length === 0 ? [] : ownPacks.judgeWhole(context, resources),
      ]);
      return (await exempting(context, verdicts)).flat();
    },
    close: () => worker.close(),
  };
}

/** A set that has every type there is, and lists those that our rules read: nobody knows what a team's rule looks at. */
const everyType = (listed: ReadonlySet<string>): ReadonlySet<string> =>
  Object.assign(new Set(listed), { has: () => true });
