import type { Properties, Value } from "./values.ts";

/** What is wrong with a request: the cloud's own error code, a sentence, and the input it is about (if one). */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly property?: string;
}

/** An input that must name a resource which exists in the same account and region (and cluster). */
export interface Reference {
  /** The type token, or several where the cloud takes either. A type that nothing models is not looked for. */
  readonly type: string | readonly string[];
  /** The output of the target that the value equals. Default `id`. */
  readonly by?: string;
  /** The cloud's code when there is none, such as `InvalidVpcID.NotFound`. */
  readonly code: string;
  /** Whether the target cannot be deleted while this resource exists. Default true. */
  readonly holds?: boolean;
}

export type Kind = "string" | "number" | "boolean" | "list" | "map" | "object";

/**
 * What is known of one input. Everything is optional; an absent fact is not checked. A distilled schema
 * (`schemas/<service>/<type>.json`) is a record of these; a model lays its own facts over it with `inputsOf`.
 */
export interface PropertyRule {
  readonly kind?: Kind;
  readonly required?: boolean;
  /** A change replaces the resource. */
  readonly immutable?: boolean;
  /** The cloud chooses when it is absent: its absence is no change, and the chosen value stays through updates. */
  readonly computed?: boolean;
  readonly secret?: boolean;
  /** The cloud's default: seen in the outputs, and equal to absence when inputs are compared. */
  readonly default?: Value;
  /** An ECMAScript regular expression that the string must match. */
  readonly pattern?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** A list whose order means nothing. */
  readonly unordered?: boolean;
  /** A JSON document as a string: must parse, and is compared as JSON. */
  readonly json?: boolean;
  readonly items?: PropertyRule;
  readonly properties?: Rules;
  readonly ref?: Reference;
  /** The code for a bad value of this input, when it is not the service's general one. */
  readonly code?: string;
  /** Any further condition on a value that is fully known: a sentence, or nothing when it is right. */
  readonly check?: (value: Value, inputs: Properties) => string | undefined;
}

export type Rules = Readonly<Record<string, PropertyRule>>;
