import { isProperties, type Properties, type Value } from "../model/values.ts";
import { errors, type FieldError, invalid } from "./fieldError.ts";
import { qualifiedName } from "./names.ts";

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity (`500m`, `1Gi`, `2`, `1e3`) as a number; undefined when it is none. */
export function quantity(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const [, number, unit, exponent] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (exponent === undefined ? (UNITS[unit ?? ""] ?? 1) : 10 ** Number(exponent));
}

/** What is wrong with a map of resource names to quantities. */
export function quantityErrors(value: Value | undefined, field: string): FieldError[] {
  if (!isProperties(value)) return [];
  return Object.entries(value).flatMap(([name, amount]) => {
    const at = `${field}[${name}]`;
    const bad = qualifiedName(name);
    return errors(bad !== undefined && invalid(at, name, bad), amountError(amount, at));
  });
}

function amountError(amount: Value, field: string): FieldError | undefined {
  if (typeof amount !== "string" && typeof amount !== "number") return undefined;
  const parsed = quantity(amount);
  if (parsed === undefined) return invalid(field, amount, "must be a quantity such as 500m, 2 or 1Gi");
  return parsed < 0 ? invalid(field, amount, "must be greater than or equal to 0") : undefined;
}

/** Requests must not exceed limits. */
export function requestErrors(resources: Properties, field: string): FieldError[] {
  const { requests, limits } = resources;
  const over = Object.entries(isProperties(requests) ? requests : {}).filter(([name, amount]) => {
    const limit = quantity(isProperties(limits) ? limits[name] : undefined);
    const wanted = quantity(amount);
    return limit !== undefined && wanted !== undefined && wanted > limit;
  });
  return errors(
    quantityErrors(limits, `${field}.limits`),
    quantityErrors(requests, `${field}.requests`),
    over.map(([name, amount]) =>
      invalid(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${shown(limits, name)}`),
    ),
  );
}

function shown(limits: Value | undefined, name: string): string {
  return isProperties(limits) ? String(limits[name]) : "";
}
