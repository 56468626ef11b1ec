import { z } from "zod";
import type { Verdict } from "../gate/index.ts";
import type { DecidedStep, JudgedBatch } from "../state/index.ts";

const keptVerdict = z.object({
  policy: z.string(),
  /** Absent where it is the pack of the row. */
  pack: z.string().exactOptional(),
  packVersion: z.string().exactOptional(),
  level: z.enum(["advisory", "mandatory"]),
  severity: z.string(),
  outcome: z.enum(["fail", "unknown", "exempted"]),
  message: z.string(),
  exemption: z.string().exactOptional(),
  figure: z.number().exactOptional(),
  /** Absent where it is the resource of the step. */
  urn: z.string().exactOptional(),
  type: z.string().exactOptional(),
});
export type KeptVerdict = z.output<typeof keptVerdict>;

/** A step as it is kept: what passed and what was not asked follows from its type and the rules. */
const keptStep = z.object({
  urn: z.string(),
  type: z.string(),
  step: z.string(),
  verdicts: z.array(keptVerdict).exactOptional(),
  types: z.array(z.string()).exactOptional(),
  touched: z.array(z.string()).exactOptional(),
  refused: z.literal(true).exactOptional(),
  late: z.literal(true).exactOptional(),
  notShown: z.literal(true).exactOptional(),
});
export type KeptStep = z.output<typeof keptStep>;

export const keptSteps = z.array(keptStep);

/** The pack whose rules the row is about. */
interface PackName {
  readonly pack: string;
}

export function keepStep({ verdicts, ...step }: DecidedStep, pack: PackName): KeptStep {
  const { types, touched, ...rest } = step;
  return {
    ...rest,
    ...(types && { types: [...types] }),
    ...(touched && { touched: [...touched] }),
    ...(verdicts.length > 0 && { verdicts: verdicts.map((verdict) => keepVerdict(verdict, step, pack)) }),
  };
}

function keepVerdict(verdict: Verdict, step: Pick<DecidedStep, "urn">, { pack }: PackName): KeptVerdict {
  const { policy, level, severity, outcome, message, exemption, figure, urn, resourceType } = verdict;
  const foreign = verdict.pack !== pack;
  return {
    ...{ policy, level, severity, outcome, message },
    ...(foreign && { pack: verdict.pack, packVersion: verdict.packVersion }),
    ...(exemption !== undefined && { exemption }),
    ...(figure !== undefined && { figure }),
    ...(urn !== step.urn && { urn, type: resourceType }),
  };
}

/** By what one rule's word on one resource is found again. A policy's name has no space in it. */
export const keyOf = (policy: string, urn: string): string => `${policy} ${storable(urn)}`;

/** A column of text cannot hold the character zero, which a client may send in a name all the same. */
export const storable = (text: string): string => text.replaceAll("\u0000", "\ufffd");

/** What a preview could not tell, and is to be settled when the step is taken. */
export function unknownsOf({ phase, steps }: JudgedBatch): readonly string[] {
  if (phase !== "preview") return [];
  const verdicts = steps.flatMap((step) => step.verdicts);
  return [
    ...new Set(verdicts.filter(({ outcome }) => outcome === "unknown").map(({ policy, urn }) => keyOf(policy, urn))),
  ];
}
