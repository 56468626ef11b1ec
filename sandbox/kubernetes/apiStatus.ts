import type { Problem } from "../model/rule.ts";
import type { FieldError } from "./fieldError.ts";

/** What the API server's messages name an object by: `Deployment.apps "lobby"` and `deployments.apps "lobby"`. */
export interface Named {
  readonly kind: string;
  /** Empty for the core API. */
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
}

/** Reasons of the API server's `Status` and their HTTP codes (k8s.io/apimachinery, api/errors). */
const CODES = { BadRequest: 400, Forbidden: 403, NotFound: 404, AlreadyExists: 409, Conflict: 409, Invalid: 422 };

type Reason = keyof typeof CODES;

export function qualified({ group, resource }: Named): string {
  return group === "" ? resource : `${resource}.${group}`;
}

export function invalidObject(named: Named, name: string, { field, fault, detail }: FieldError): Problem {
  const kind = named.group === "" ? named.kind : `${named.kind}.${named.group}`;
  const why = detail === "" ? `${field}: ${fault}` : `${field}: ${fault}: ${detail}`;
  return { ...status("Invalid", `${kind} ${JSON.stringify(name)} is invalid: ${why}`), property: field };
}

/** A body that does not decode: a wrong type, or a field that the API does not have. */
export function badRequest(named: Named, version: string, field: string, why: string): Problem {
  const what = `${named.kind} in version ${JSON.stringify(version)} cannot be handled as a ${named.kind}`;
  return { ...status("BadRequest", `${what}: ${why}`), property: field };
}

export function objectNotFound(resource: string, name: string): Problem {
  return status("NotFound", `${resource} ${JSON.stringify(name)} not found`);
}

export function alreadyExists(named: Named, name: string): Problem {
  return status("AlreadyExists", `${qualified(named)} ${JSON.stringify(name)} already exists`);
}

export function forbiddenObject(named: Named, name: string, why: string): Problem {
  return status("Forbidden", `${qualified(named)} ${JSON.stringify(name)} is forbidden: ${why}`);
}

function status(reason: Reason, message: string): Problem {
  return { code: reason, message: `${message} (${CODES[reason]})` };
}
