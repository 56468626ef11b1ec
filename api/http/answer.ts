/** What a route says, before it is written to the wire: kept as it is under an idempotency key, and given again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers, body };
}

/** A body that is no JSON of ours, as it is. */
export function okAs(contentType: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { ...headers, "content-type": contentType }, body };
}

export function created(location: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 201, headers: { ...headers, location }, body };
}

/** Work was taken on; `location` names the operation or rollout that does it. */
export function accepted(location: string, body: unknown): Answer {
  return { status: 202, headers: { location }, body };
}

export function noContent(): Answer {
  return { status: 204, headers: {}, body: undefined };
}
