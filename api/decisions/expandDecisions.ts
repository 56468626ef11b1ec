import { concerns, type DecidedBy } from "./decidedBy.ts";
import type { Decision, Outcome } from "./decision.ts";
import type { KeptStep, KeptVerdict } from "./decisionRow.ts";

/** A row of the ledger as it is read, without its steps. */
export interface LedgerRow
  extends Pick<Decision, "row" | "position" | "at" | "team" | "stack" | "operation" | "update" | "phase"> {
  readonly steps: readonly KeptStep[];
  readonly by: DecidedBy;
}

/** What the pack itself says where none of its rules could be asked. */
const NO_JUDGEMENT = "gate-no-judgement";
const gravest: readonly Outcome[] = ["fail", "unknown", "exempted"];

/** Which of a row's decisions are wanted; members that are absent narrow nothing. */
export interface Wanted {
  readonly policies?: ReadonlySet<string> | undefined;
  /** Of resources; what is said of the whole stack is wanted all the same. */
  readonly urns?: ReadonlySet<string> | undefined;
  /** Outcomes of rules that said nothing; whatever was said may come to be another by how it was settled. */
  readonly unspoken?: ReadonlySet<Outcome> | undefined;
}

type Row = Omit<LedgerRow, "steps">;
type Found = Omit<Decision, "row" | "position" | "at" | "team" | "stack" | "operation" | "update" | "phase">;

/**
 * Reads the steps of a row: every rule's word on each, what was kept, and what follows from the rules of that day. One step at a time,
 * since a row may hold tens of thousands, each with a word of some hundred rules.
 */
export function createStepReader({ by, ...row }: Row, wanted: Wanted = {}): (step: KeptStep) => readonly Decision[] {
  const isWanted = (policy: string) => wanted.policies?.has(policy) ?? true;
  const names = new Set(by.rules.map(({ name }) => ` ${name}`));
  const rules = by.rules.filter(({ name }) => isWanted(name));
  const readers = new Map<string, readonly boolean[]>();

  /** By their number, which of the rules read such a step: the same for all of one type. */
  function concernedBy(step: KeptStep): readonly boolean[] {
    if (step.step === "whole") return rules.map((rule) => concerns(rule, step));
    const key = `${step.step} ${step.type}`;
    const known = readers.get(key) ?? rules.map((rule) => concerns(rule, step));
    readers.set(key, known);
    return known;
  }

  function ofRules(step: KeptStep, said: ReadonlyMap<string, readonly KeptVerdict[]>): readonly Found[] {
    const about = aboutStep(step);
    const concerned = concernedBy(step);
    return rules.flatMap((rule, index): readonly Found[] => {
      const { name: policy, level } = rule;
      const own = said.get(` ${policy}`);
      const of = () => ({ ...about, policy, pack: by.pack, packVersion: by.version, level });
      if (own !== undefined) return spoken(of(), own);
      const found = unspoken(rule, step, concerned[index] === true);
      return (wanted.unspoken?.has(found.outcome) ?? true) ? [{ ...of(), ...found, messages: [] }] : [];
    });
  }

  function ofOthers(step: KeptStep, said: ReadonlyMap<string, readonly KeptVerdict[]>): readonly Found[] {
    return [...said].flatMap(([key, own]) => {
      const [first] = own;
      if (first === undefined || names.has(key)) return [];
      const { policy, pack = by.pack, packVersion = by.version, level } = first;
      return spoken({ ...aboutStep(step), policy, pack, packVersion, level }, own);
    });
  }

  return (step) => {
    if (!isAbout(step, wanted.urns)) return [];
    const verdicts = (step.verdicts ?? []).filter(({ policy }) => isWanted(policy));
    const said = Map.groupBy(verdicts, ({ policy, pack }) => `${pack ?? ""} ${policy}`);
    return [...ofRules(step, said), ...ofOthers(step, said)].map((found) => ({ ...row, ...found }));
  };
}

function isAbout({ step, urn, verdicts = [] }: KeptStep, urns: ReadonlySet<string> | undefined): boolean {
  if (urns === undefined || step === "whole" || urns.has(urn)) return true;
  return verdicts.some((verdict) => verdict.urn !== undefined && urns.has(verdict.urn));
}

const aboutStep = ({ urn, type, step, refused }: KeptStep) => ({
  urn,
  resourceType: type,
  step: step as Decision["step"], // written by the ledger, which knows no other
  taken: refused !== true,
});

type About = Omit<Found, "outcome" | "messages">;

/** One for each resource that a rule spoke of: over a whole stack it may be several. */
function spoken(about: About, verdicts: readonly KeptVerdict[]): readonly Found[] {
  const byResource = Map.groupBy(verdicts, ({ urn }) => urn ?? about.urn);
  return [...byResource].map(([urn, own]) => {
    const outcome = gravest.find((one) => own.some((verdict) => verdict.outcome === one)) ?? "fail";
    const exemptions = own.flatMap(({ exemption }) => exemption ?? []);
    return {
      ...about,
      urn,
      resourceType: own[0]?.type ?? about.resourceType,
      outcome,
      messages: own.map(({ message }) => message),
      ...(exemptions.length > 0 && { exemptions }),
    };
  });
}

function unspoken(
  rule: DecidedBy["rules"][number],
  step: KeptStep,
  concerned: boolean,
): Pick<Decision, "outcome"> & Partial<Pick<Decision, "why">> {
  if (!concerned) return { outcome: "not-applicable" };
  if (rule.level === "disabled") return { outcome: "not-run", why: "disabled" };
  if (step.notShown === true) return { outcome: "not-run", why: "not-shown" };
  const silent = step.verdicts?.some(({ policy }) => policy === NO_JUDGEMENT) ?? false;
  return silent ? { outcome: "not-run", why: "no-judgement" } : { outcome: "pass" };
}

/** What the steps of an update said of one rule and resource, by `keyOf`; by the rule alone where the whole stack passed. */
export type Settlements = ReadonlyMap<string, NonNullable<Decision["settled"]>>;

/** Says of what a preview did not know how it was settled; what never was, when nothing more can come, was not run. */
export function settle(
  found: Decision,
  key: string,
  {
    settlements,
    ended,
  }: {
    readonly settlements: Settlements;
    readonly ended: boolean;
  },
): Decision {
  if (found.phase !== "preview" || found.outcome !== "unknown") return found;
  const settled = settlements.get(key) ?? settlements.get(found.policy);
  if (settled !== undefined) return { ...found, settled };
  return ended ? { ...found, outcome: "not-run", why: "never-taken" } : found;
}
