import type { Environment } from "./judgedResource.ts";

/** As much of JSON Schema as an engine takes for the configuration of a policy. */
export type SettingSchema = Readonly<Record<string, unknown>>;

/** One thing that an organisation may set otherwise than the pack does. */
export interface Setting<T> {
  readonly name: string;
  /** With the unit of its value. */
  readonly description: string;
  readonly schema: SettingSchema;
  readonly initial: T;
  /** Takes a value as given. @throws SettingFault that says what would do */
  readonly read: (given: unknown) => T;
}

/** A value that a setting cannot have. The message says what would do; who reads the file adds where it stands. */
export class SettingFault extends Error {
  readonly code = "setting-fault";
}

interface About<T> {
  readonly name: string;
  readonly description: string;
  readonly initial: T;
}

interface Range {
  readonly minimum: number;
  readonly maximum?: number;
}

/** A number of the unit that its description names, within bounds. @public */
export const numberSetting = (about: About<number>, range: Range): Setting<number> => ({
  ...about,
  schema: numberSchema(range),
  read: (given) => readNumber(given, range),
});

/** A list of texts that replaces the pack's own. @public */
export const listSetting = (about: About<readonly string[]>): Setting<readonly string[]> => ({
  ...about,
  schema: { type: "array", items: { type: "string", minLength: 1 } },
  read: (given) => {
    if (Array.isArray(given) && given.every((item) => typeof item === "string" && item !== "")) return given;
    throw new SettingFault(`must be a list of texts, and is ${shown(given)}`);
  },
});

const environments = ["development", "staging", "production"] as const satisfies readonly Environment[];
type PerEnvironment<T> = Readonly<Record<Environment, T>>;

/** A number for each environment; those that are not given stay the pack's own. */
export const numberPerEnvironment = (
  about: About<PerEnvironment<number>>,
  range: Range,
): Setting<PerEnvironment<number>> => perEnvironment(about, numberSchema(range), (given) => readNumber(given, range));

/** A text for each environment, of a form that `pattern` gives; those that are not given stay the pack's own. */
export const textPerEnvironment = (
  about: About<PerEnvironment<string>>,
  pattern: RegExp,
): Setting<PerEnvironment<string>> =>
  perEnvironment(about, { type: "string", pattern: pattern.source }, (given) => {
    if (typeof given === "string" && pattern.test(given)) return given;
    throw new SettingFault(`must be a text of the form ${pattern.source}, and is ${shown(given)}`);
  });

function perEnvironment<T>(
  about: About<PerEnvironment<T>>,
  schema: SettingSchema,
  readOne: (given: unknown) => T,
): Setting<PerEnvironment<T>> {
  return {
    ...about,
    schema: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(environments.map((environment) => [environment, schema])),
    },
    read: (given) => {
      if (typeof given !== "object" || given === null || Array.isArray(given))
        throw new SettingFault(`must be an object of ${environments.join(", ")}, and is ${shown(given)}`);
      const entries = Object.entries(given).map(([environment, value]) => {
        if (!(environments as readonly string[]).includes(environment))
          throw new SettingFault(`names the environment ${shown(environment)}: there are ${environments.join(", ")}`);
        return [environment, readOne(value)] as const;
      });
      return { ...about.initial, ...Object.fromEntries(entries) };
    },
  };
}

const numberSchema = ({ minimum, maximum }: Range): SettingSchema => ({
  type: "number",
  minimum,
  ...(maximum !== undefined && { maximum }),
});

function readNumber(given: unknown, { minimum, maximum = Number.MAX_SAFE_INTEGER }: Range): number {
  if (typeof given === "number" && given >= minimum && given <= maximum) return given;
  const most = maximum === Number.MAX_SAFE_INTEGER ? "or more" : `to ${maximum}`;
  throw new SettingFault(`must be a number of ${minimum} ${most}, and is ${shown(given)}`);
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 100);
