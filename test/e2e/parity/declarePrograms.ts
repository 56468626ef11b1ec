import { CustomResource, type Input, type Inputs, type Resource, secret } from "@pulumi/pulumi";
import { UNKNOWN } from "../../../policies/index.ts";
import type { ParityProgram, Registered } from "./programs.ts";

class Declared extends CustomResource {} // the SDK's own class is abstract

/** What its provider gives in no preview: a value of it is not known there. */
class Seed extends CustomResource {
  declare readonly later: Input<unknown>;

  constructor() {
    super("aws:test/seed:Seed", "seed", { later: undefined });
  }
}

/**
 * Registers the resources of all programs in one stack, inside a Pulumi program. Those that refer to each other come one after
 * another: a fault among several stands on the last of them to come, and an engine takes them as they come.
 */
export function declarePrograms(programs: readonly ParityProgram[]): void {
  const seed = new Seed();
  let before: Resource = seed;
  for (const { resources } of programs) {
    const made = new Map<string, CustomResource>();
    for (const { type, name, references, ...given } of resources) {
      const inputs = { ...inputsOf(given, seed), ...idsOf(references ?? {}, made) };
      const resource = new Declared(type, name, inputs, references === undefined ? {} : { dependsOn: before });
      made.set(name, resource);
      if (references !== undefined) before = resource;
    }
  }
}

const inputsOf = ({ inputs, secret: hidden = false }: Pick<Registered, "inputs" | "secret">, seed: Seed): Inputs =>
  Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, hidden ? secret(value) : filled(value, seed)]));

const idsOf = (references: Readonly<Record<string, string>>, made: ReadonlyMap<string, CustomResource>): Inputs =>
  Object.fromEntries(Object.entries(references).map(([key, source]) => [key, made.get(source)?.id]));

function filled(value: unknown, seed: Seed): Input<unknown> {
  if (value === UNKNOWN) return seed.later;
  if (Array.isArray(value)) return value.map((item) => filled(item, seed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, seed)]));
}
