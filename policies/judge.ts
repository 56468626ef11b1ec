import { guardResource } from "./guardResource.ts";
import type { JudgeContext, JudgedResource, KnownResource, Level, Verdict } from "./judgedResource.ts";
import { noSettings, type PolicySettings } from "./policySettings.ts";
import { dependenciesFirst } from "./references.ts";
import type {
  Check,
  DeletionCheck,
  ResourceCheck,
  Rule,
  StackCheck,
  StackReport,
  StackSubject,
  Subject,
  WholeStackCheck,
} from "./rule.ts";
import type { Setting } from "./setting.ts";
import { showProperty } from "./showProperty.ts";
import { comparedWith, createStackIndex, type StackView } from "./stackView.ts";
import { guardUnknown } from "./unknown.ts";
import { recordVerdicts, type VerdictRecorder } from "./verdictRecorder.ts";

export interface Pack {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly Rule[];
}

/** Pure and synchronous. A resource of a type that no rule reads costs two look-ups. */
export interface Judge {
  /** Judges a step that brings or changes a resource, for `replace` the deletion in it too. A `read` or `refresh` passes. */
  readonly judgeResource: (resource: JudgedResource, context: JudgeContext) => readonly Verdict[];
  /** Judges the deletion of a resource by its state before. Throws a TypeError where a rule needs `old` and it is missing. */
  readonly judgeDeletion: (resource: JudgedResource, context: JudgeContext) => readonly Verdict[];
  /**
   * Judges the rules over several resources for a whole stack, as if its resources had come one after another, those that others
   * refer to first: each fault on the resource that completes it, as the gate would find it at that step. The order in which they
   * are given means nothing: an engine gives them to a pack in another one each time (`AnalyzeResources` ranges over a Go map).
   */
  readonly judgeStack: (resources: readonly KnownResource[], context: JudgeContext) => readonly Verdict[];
  /**
   * Judges what only all resources of a stack together can tell; `judgeStack` does that too.
   *
   * @param touched types on which there was a step: a rule on none of them is not asked. Left out, all are asked.
   */
  readonly judgeWhole: (
    resources: readonly KnownResource[],
    context: JudgeContext,
    touched?: ReadonlySet<string>,
  ) => readonly Verdict[];
  /** Names of the rules that are asked at such a step on such a type, those over several resources included. */
  readonly rulesAsked: (of: Pick<JudgedResource, "type" | "step">) => readonly string[];
  /** What one rule says of the inputs of one resource. */
  readonly judgeRule: (rule: Rule, resource: JudgedResource, context: JudgeContext) => readonly Verdict[];
}

interface Entry<C> {
  readonly rule: Rule;
  readonly level: Level;
  readonly check: C;
}

type AnyCheck = ResourceCheck | StackCheck | WholeStackCheck | DeletionCheck;
type CheckOn<K extends AnyCheck["on"]> = Extract<AnyCheck, { on: K }>;

const checksOf = (check: Check): readonly AnyCheck[] => ("on" in check ? [check] : check);

const entriesOf = <K extends AnyCheck["on"]>(
  rules: readonly Rule[],
  settings: PolicySettings,
  on: K,
): readonly Entry<CheckOn<K>>[] =>
  rules.flatMap((rule) => {
    const level = settings.get(rule.name)?.level ?? rule.level;
    if (level === "disabled") return [];
    return checksOf(rule.check)
      .filter((check): check is CheckOn<K> => check.on === on)
      .map((check) => ({ rule, level, check }));
  });

const byType = <C extends AnyCheck>(entries: readonly Entry<C>[]): ReadonlyMap<string, readonly Entry<C>[]> => {
  const types = new Set(entries.flatMap(({ check }) => check.types));
  return new Map([...types].map((type) => [type, entries.filter(({ check }) => check.types.includes(type))]));
};

const none: readonly Verdict[] = Object.freeze([]);

/** Steps that change nothing in the cloud. What they find may be at fault, and is not for the one who looks to answer. */
const looksOnly: ReadonlySet<JudgedResource["step"]> = new Set(["read", "refresh"]);

/** Makes the judgement of a pack. The index by type is built once, here. */
export function createJudge(pack: Pack, settings: PolicySettings = noSettings): Judge {
  const onResource = byType(entriesOf(pack.rules, settings, "resource"));
  const onDeletion = byType(entriesOf(pack.rules, settings, "deletion"));
  const stackChecks = entriesOf(pack.rules, settings, "stack");
  const settingsOf = ({ name }: Rule): SettingReader => {
    const values = settings.get(name)?.values;
    // A value of this name was read by this very setting, hence the cast.
    return <T>(setting: Setting<T>): T =>
      values !== undefined && Object.hasOwn(values, setting.name) ? (values[setting.name] as T) : setting.initial;
  };
  const onStack = byType(stackChecks);
  const wholeChecks = entriesOf(pack.rules, settings, "whole-stack");

  const judgeInputs = (
    entries: readonly Entry<ResourceCheck>[] | undefined,
    resource: JudgedResource,
    context: JudgeContext,
  ): readonly Verdict[] => {
    if (entries === undefined) return none;
    const verdicts: Verdict[] = [];
    const inputs = guardUnknown(resource.inputs, resource.urn);
    for (const { rule, level, check } of entries) {
      const recorder = recordVerdicts({ pack, rule, level, context, verdicts });
      const subject = subjectOf(resource, context, recorder, settingsOf(rule));
      recorder.run([resource], () =>
        check.run(inputs, (message, figure) => recorder.fail(resource, message, figure), subject),
      );
    }
    return verdicts;
  };

  /**
   * @param order of the resources of a whole stack, by URN; with it a fault that a resource without a part in it brought to light
   *   stands on the last one that has
   */
  const judgeAmongSiblings = (
    resource: KnownResource,
    context: JudgeContext,
    order?: ReadonlyMap<string, number>,
  ): readonly Verdict[] => {
    const entries = onStack.get(resource.type);
    if (entries === undefined) return none;
    const verdicts: Verdict[] = [];
    for (const { rule, level, check } of entries) {
      const recorder = recordVerdicts({ pack, rule, level, context, verdicts });
      const view = viewOf(context.siblings, check.types);
      const siblings = comparedWith(view, check, resource);
      const known = [...siblings, resource].map(guardResource);
      // What is not known yet is said of the resource that has it, whichever one is compared with it.
      const targets = [resource, ...siblings] as const;
      const report: StackReport = (participants, message, figure) => {
        const place = ({ urn }: KnownResource): number => order?.get(urn) ?? -1;
        const own = participants.find(({ urn }) => urn === resource.urn);
        const at = own ?? (order && participants.toSorted((one, other) => place(one) - place(other)).at(-1));
        if (at !== undefined) recorder.fail(at, message, figure);
      };
      const count = (type: string) => view.count(type, resource.urn) + (type === resource.type ? 1 : 0);
      const subject = { ...stackSubject(targets, context, recorder, settingsOf(rule)), count };
      recorder.run(targets, () => check.run(known, report, subject));
    }
    return verdicts;
  };

  const judgeTogether = (
    entries: readonly Entry<WholeStackCheck>[],
    resources: readonly KnownResource[],
    context: JudgeContext,
  ): readonly Verdict[] => {
    const verdicts: Verdict[] = [];
    for (const { rule, level, check } of entries) {
      const [first, ...rest] = resources.filter(({ type }) => check.types.includes(type));
      if (first === undefined) continue;
      const targets = [first, ...rest] as const;
      const recorder = recordVerdicts({ pack, rule, level, context, verdicts });
      const report: StackReport = (participants, message, figure) =>
        recorder.fail(participants.at(-1) ?? first, message, figure);
      const subject = stackSubject(targets, context, recorder, settingsOf(rule));
      recorder.run(targets, () => check.run(targets.map(guardResource), report, subject));
    }
    return verdicts;
  };

  const judgeDeletion: Judge["judgeDeletion"] = (resource, context) => {
    const entries = onDeletion.get(resource.type);
    if (entries === undefined) return none;
    const { old } = resource;
    if (old === undefined) throw new TypeError(`${resource.urn} is judged by its state before the step: give "old"`);
    const verdicts: Verdict[] = [];
    for (const { rule, level, check } of entries) {
      const recorder = recordVerdicts({ pack, rule, level, context, verdicts });
      const subject = subjectOf(resource, context, recorder, settingsOf(rule));
      recorder.run([resource], () =>
        check.run(old, (message, figure) => recorder.fail(resource, message, figure), subject),
      );
    }
    return verdicts;
  };

  return {
    judgeResource(resource, context) {
      if (looksOnly.has(resource.step)) return none;
      const inputs = judgeInputs(onResource.get(resource.type), resource, context);
      const together = judgeAmongSiblings(resource, context);
      const deletion = resource.step === "replace" ? judgeDeletion(resource, context) : none;
      if (together.length === 0 && deletion.length === 0) return inputs;
      return [...inputs, ...together, ...deletion];
    },
    judgeDeletion,
    judgeStack(resources, context) {
      const before = createStackIndex();
      const ordered = dependenciesFirst(resources);
      const order = new Map(ordered.map(({ urn }, index) => [urn, index]));
      const together = ordered.flatMap((resource) => {
        const verdicts = judgeAmongSiblings(resource, { ...context, siblings: before }, order);
        if (onStack.has(resource.type)) before.put(resource);
        return verdicts;
      });
      return distinct([...together, ...judgeTogether(wholeChecks, ordered, context)]);
    },
    judgeWhole(resources, context, touched) {
      const asked = wholeChecks.filter(
        ({ check }) => touched === undefined || check.types.some((of) => touched.has(of)),
      );
      return judgeTogether(asked, resources, context);
    },
    rulesAsked({ type, step }) {
      if (looksOnly.has(step)) return [];
      const asked =
        step === "delete"
          ? [onDeletion.get(type)]
          : [onResource.get(type), onStack.get(type), step === "replace" ? onDeletion.get(type) : undefined];
      return [...new Set(asked.flatMap((entries) => entries?.map(({ rule }) => rule.name) ?? []))];
    },
    judgeRule: (rule, resource, context) =>
      judgeInputs(
        entriesOf([rule], settings, "resource").filter(({ check }) => check.types.includes(resource.type)),
        resource,
        context,
      ),
  };
}

/** Each verdict once: a value that is not known yet is met again with each resource that is compared with it. */
export function distinct(verdicts: readonly Verdict[]): readonly Verdict[] {
  const seen = new Set<string>();
  return verdicts.filter(({ policy, urn, outcome, message }) => {
    const key = JSON.stringify([policy, urn, outcome, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A caller who judges step after step keeps a view; who judges one step may give no more than the list. */
function viewOf(siblings: JudgeContext["siblings"], types: readonly string[]): StackView {
  if (typeof siblings !== "function") return siblings ?? noSiblings;
  return createStackIndex(types.flatMap((type) => siblings(type)));
}

const noSiblings: StackView = createStackIndex();

type SettingReader = StackSubject["setting"];

const subjectOf = (
  resource: JudgedResource,
  context: JudgeContext,
  recorder: VerdictRecorder,
  setting: SettingReader,
): Subject => ({
  resource,
  context,
  setting,
  show: (path) => showProperty(resource, path),
  each: (items, visit) => recorder.each([resource], items, visit),
});

const stackSubject = (
  targets: readonly [KnownResource, ...KnownResource[]],
  context: JudgeContext,
  recorder: VerdictRecorder,
  setting: SettingReader,
): StackSubject => ({ context, setting, each: (items, visit) => recorder.each(targets, items, visit) });
