import {
  createJudge,
  type JudgeContext,
  type JudgedResource,
  judgeProgram,
  noSettings,
  pack,
  rulesAskedOf,
  UNKNOWN,
} from "../../policies/index.ts";
import { type RecordedResource, type Recording, recordBlueprints, STACK_SET } from "../judgement/recording.ts";
import type { Rounds } from "../measure/inTurn.ts";
import { spreadOf } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";

const AIM = { bound: "at most", value: 10 } as const;
const WARM = 5;

type Phase = "preview" | "up";

interface Program {
  readonly blueprint: string;
  readonly steps: readonly JudgedResource[];
  /** How often a rule is asked about a resource, or about all of them together. */
  readonly asked: number;
}

/** (m) What a rule costs a resource: the whole pack on what the blueprints of the checkout register. */
export async function ruleCost({ rounds, until }: Rounds): Promise<Section> {
  const recordings = await recordBlueprints();
  const [known, unknown] = [recordings.map(programOf), recordings.map((each) => programOf(withUnknowns(each)))];
  for (let round = 0; round < WARM; round += 1) for (const each of [...known, ...unknown]) judgeFresh(each, "preview");
  const measured = { known: [] as number[][], unknown: [] as number[][] };
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round += 1) {
    measured.known.push(known.map((each) => judgeFresh(each, "up")));
    measured.unknown.push(unknown.map((each) => judgeFresh(each, "preview")));
  }
  const asked = known.reduce((sum, each) => sum + each.asked, 0);
  const resources = known.reduce((sum, { steps }) => sum + steps.length, 0);
  const perRule = (times: readonly (readonly number[])[]) => times.map((of) => (sum(of) * 1_000) / asked);
  const dearest = known
    .map(({ blueprint, asked: times }, at) => ({
      what: `- ${blueprint}`,
      unit: "µs" as const,
      values: measured.known.map((of) => ((of[at] ?? 0) * 1_000) / times),
    }))
    .toSorted((one, other) => spreadOf(other.values).median - spreadOf(one.values).median);
  return {
    title: `(m) a rule on a resource, ${pack.rules.length} rules, ${resources} resources of ${known.length} blueprints, ${asked} questions`,
    rows: [
      { what: "all of it is known, as in an up", unit: "µs", values: perRule(measured.known), aim: AIM },
      { what: "as in a first preview", unit: "µs", values: perRule(measured.unknown), aim: AIM },
      {
        what: "all rules",
        unit: "ms per 100 resources",
        values: measured.known.map((of) => (sum(of) * 100) / resources),
      },
      ...dearest.slice(0, 2),
    ] satisfies readonly Row[],
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const judge = createJudge(pack);

/** Milliseconds. The resources are new, as they are to a gate: nothing that was remembered of them may help. */
function judgeFresh({ steps }: Program, phase: Phase): number {
  const fresh = structuredClone(steps);
  const begun = performance.now();
  judgeProgram(judge, fresh, { ...context, phase });
  return performance.now() - begun;
}

const context: Omit<JudgeContext, "phase"> = {
  environment: "development",
  project: "meridian",
  stack: `${STACK_SET}.sandbox.eu-west-1`,
  stackSet: STACK_SET,
};

function programOf({ blueprint, resources }: Recording): Program {
  const steps = resources.map((resource): JudgedResource => ({ ...resource, step: "create" }));
  const ofOne = steps.flatMap(judge.rulesAsked).length;
  const all = rulesAskedOf({ judge, settings: noSettings, pack }, steps);
  const together = all.filter((name) => isOfTheWhole.has(name)).length;
  return { blueprint, steps, asked: ofOne + together };
}

const isOfTheWhole: ReadonlySet<string> = new Set(
  pack.rules.filter(({ check }) => "on" in check && check.on === "whole-stack").map(({ name }) => name),
);

/** In a first preview nothing is known that comes from another resource. */
function withUnknowns({ blueprint, resources }: Recording): Recording {
  return { blueprint, resources: resources.map(withUnknown) };
}

function withUnknown(resource: RecordedResource): RecordedResource {
  const sources = Object.entries(resource.propertyDependencies);
  const computed = sources.flatMap(([key, urns]) => (urns.length > 0 ? [[key, UNKNOWN]] : []));
  return { ...resource, inputs: { ...resource.inputs, ...Object.fromEntries(computed) } };
}
