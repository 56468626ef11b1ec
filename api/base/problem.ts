/**
 * Every way in which a request can be refused or an operation can fail: the one list, compared with the OpenAPI document
 * by a test. The status is HTTP's; the title is the same for every occurrence (RFC 9457, section 3.1.3).
 */
export const problemCodes = {
  "malformed-json": { status: 400, title: "The body is not valid JSON" },
  "invalid-request": { status: 400, title: "The request does not fit its schema" },
  unauthenticated: { status: 401, title: "A valid key is needed" },
  forbidden: { status: 403, title: "The key's role does not permit this" },
  "door-closed": { status: 403, title: "The stack does not have this door" },
  "reserved-tag": { status: 403, title: "The tag belongs to the service" },
  "wrong-placement": { status: 403, title: "The stack's target is another place" },
  "journal-required": { status: 403, title: "The client does not announce its steps" },
  "person-required": { status: 403, title: "Nobody has said whose this key is" },
  "second-person-required": { status: 403, title: "Another person must decide this" },
  "policy-denied": { status: 403, title: "A policy forbids this" },
  "budget-exceeded": { status: 403, title: "The budget has no room for this" },
  "not-found": { status: 404, title: "There is no such thing, or it is not yours to see" },
  "method-not-allowed": { status: 405, title: "The resource does not have this method" },
  "already-exists": { status: 409, title: "A thing of this name exists" },
  "rollout-pending": { status: 409, title: "A change is already waiting behind the running rollout" },
  "request-in-flight": { status: 409, title: "The first request with this idempotency key is still in flight" },
  "stale-bundle": { status: 409, title: "Rules, settings or exemptions are others by now" },
  "invalid-transition": { status: 409, title: "The thing's state does not allow this" },
  "exemption-ended": { status: 409, title: "An exemption that this leans on is in force no more" },
  "has-dependents": { status: 409, title: "Other stacks take outputs of this one" },
  protected: { status: 409, title: "The program protects what this would delete" },
  "dependency-failed": { status: 409, title: "A stack that this one depends on is not up" },
  "output-missing": { status: 409, title: "An output that an input refers to is not there" },
  "inputs-refused": { status: 422, title: "The inputs do not fit, now that their values are known" },
  "quota-exceeded": { status: 422, title: "The region's quota has no room for this" },
  "stack-locked": { status: 409, title: "Another update of the stack is under way" },
  "stack-not-empty": { status: 400, title: "The stack still has resources" },
  quarantined: { status: 423, title: "The service was restored from a backup and is in quarantine" },
  "ended-by-restore": { status: 500, title: "It was under way when the backup was made that was restored" },
  "pending-creates": { status: 409, title: "Creates were in flight when an engine died, and are not settled" },
  "not-acceptable": { status: 406, title: "The answer is not to be had in such a form" },
  "precondition-failed": { status: 412, title: "The thing has changed since it was read" },
  "body-too-large": { status: 413, title: "The body is over the limit" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "idempotency-key-reused": { status: 422, title: "The idempotency key was used with another body" },
  "invalid-journal": { status: 400, title: "The journal entries do not follow from what was recorded" },
  "lease-lost": { status: 403, title: "The lease on the stack is no longer held" },
  "precondition-required": { status: 428, title: "An If-Match header is needed" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "not-offered": { status: 501, title: "Not offered here" },
  unavailable: { status: 503, title: "The service cannot do this right now" },
  internal: { status: 500, title: "The service failed" },
  "operation-failed": { status: 500, title: "The engine reported a failure" },
  interrupted: { status: 500, title: "The engine was interrupted too often" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

/** One fault inside a body; `pointer` is a JSON pointer (RFC 6901) from the body's root. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** A problem document (RFC 9457) as it travels and as it is stored. */
export interface ProblemDocument {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly [fact: string]: unknown;
}

interface ProblemOptions {
  readonly cause?: unknown;
  readonly errors?: readonly Fault[];
  /** Facts a program may act on, flat; they appear beside the members of the document. Never a secret. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * The one error type of the service. `detail` says what is wrong, the value, and what to do. Recognise it by `code`,
 * never by class: after a replayed workflow step only the code survives.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly Fault[] | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.errors = options.errors;
    this.facts = options.facts ?? {};
  }
}

export function isProblem(error: unknown): error is Problem {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in problemCodes;
}

/** What the outside sees of an error; anything that is no Problem becomes `internal`, without its message. */
export function toProblemDocument(error: unknown): ProblemDocument {
  if (!isProblem(error)) {
    return describe(
      "internal",
      "Something failed that should not have. The log has the details under this request's id.",
    );
  }
  const document = describe(error.code, error.message);
  return { ...error.facts, ...document, ...(error.errors === undefined ? {} : { errors: error.errors }) };
}

function describe(code: ProblemCode, detail: string): ProblemDocument {
  const { status, title } = problemCodes[code];
  return { type: `/docs/problems#${code}`, code, status, title, detail };
}
