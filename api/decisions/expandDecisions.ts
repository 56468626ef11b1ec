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

/** Every rule's word on every resource of a row: what was kept, and what follows from the rules of that day. */
export function expandDecisions({ steps, by, ...row }: LedgerRow): readonly Decision[] {
  return steps.flatMap((step) => expandStep(step, by).map((found) => ({ ...row, ...found })));
}

type Found = Omit<Decision, "row" | "position" | "at" | "team" | "stack" | "operation" | "update" | "phase">;

function expandStep(step: KeptStep, by: DecidedBy): readonly Found[] {
  const verdicts = step.verdicts ?? [];
  const said = Map.groupBy(verdicts, ({ policy, pack }) => `${pack ?? ""} ${policy}`);
  const ofRules = by.rules.flatMap((rule) => {
    const own = said.get(` ${rule.name}`) ?? [];
    const about = { ...aboutStep(step), policy: rule.name, pack: by.pack, packVersion: by.version, level: rule.level };
    if (own.length > 0) return spoken(about, own);
    return [{ ...about, ...unspoken(rule, step), messages: [] }];
  });
  const names = new Set(by.rules.map(({ name }) => ` ${name}`));
  const ofOthers = [...said]
    .filter(([key]) => !names.has(key))
    .flatMap(([, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const { policy, pack = by.pack, packVersion = by.version, level } = first;
      return spoken({ ...aboutStep(step), policy, pack, packVersion, level }, own);
    });
  return [...ofRules, ...ofOthers];
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
): Pick<Decision, "outcome"> & Partial<Pick<Decision, "why">> {
  if (!concerns(rule, step)) return { outcome: "not-applicable" };
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
