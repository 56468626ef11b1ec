import { isList, isProperties, type Properties, UNKNOWN, type Value } from "../model/values.ts";

/** The API server's words for what can be wrong with a field. */
export type Fault =
  | "Required value"
  | "Invalid value"
  | "Unsupported value"
  | "Duplicate value"
  | "Forbidden"
  | "Not found"
  | "Too long"
  | "Too many";

/** What the API server's validation says of one field, at a path such as `spec.template.spec.containers[0].name`. */
export interface FieldError {
  readonly field: string;
  readonly fault: Fault;
  readonly detail: string;
}

export function required(field: string, detail = ""): FieldError {
  return { field, fault: "Required value", detail };
}

/** `value` is shown in the message: never give a secret one. */
export function invalid(field: string, value: Value | undefined, detail: string): FieldError {
  return { field, fault: "Invalid value", detail: `${shown(value)}: ${detail}` };
}

export function unsupported(field: string, value: Value | undefined, supported: readonly string[]): FieldError {
  const detail = `${shown(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(", ")}`;
  return { field, fault: "Unsupported value", detail };
}

export function duplicate(field: string, value: Value | undefined): FieldError {
  return { field, fault: "Duplicate value", detail: shown(value) };
}

export function notFound(field: string, value: Value | undefined): FieldError {
  return { field, fault: "Not found", detail: shown(value) };
}

export function forbidden(field: string, detail: string): FieldError {
  return { field, fault: "Forbidden", detail };
}

export function tooLong(field: string, most: number): FieldError {
  return { field, fault: "Too long", detail: `may not be more than ${most} bytes` };
}

/** The errors of those conditions that are not met; `undefined` and `false` are met ones. */
export function errors(...found: readonly (FieldError | readonly FieldError[] | undefined | false)[]): FieldError[] {
  return found.flatMap((one) => (one === undefined || one === false ? [] : one));
}

/** Errors for every value that stands more than once, at its second place and on. */
export function repeated(values: readonly (Value | undefined)[], field: (index: number) => string): FieldError[] {
  const seen = new Set<Value>();
  return values.flatMap((value, index) => {
    if (value === undefined || value === UNKNOWN) return [];
    if (seen.has(value)) return [duplicate(field(index), value)];
    seen.add(value);
    return [];
  });
}

/** Whether a field is not known yet in a preview, or is part of something that is not: nothing can be said of it. */
export function isUnknown(object: Properties, field: string): boolean {
  let value: Value | undefined = object;
  for (const part of field.match(/[^.[\]]+/g) ?? []) {
    value = isList(value) ? value[Number(part)] : isProperties(value) ? value[part] : undefined;
    if (value === UNKNOWN) return true;
  }
  return false;
}

function shown(value: Value | undefined): string {
  return JSON.stringify(value) ?? "null";
}
