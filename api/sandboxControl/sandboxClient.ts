import { z } from "zod";
import { Problem, type ProblemCode } from "../base/problem.ts";

/** Where the sandbox process listens for its controls: loopback, behind a token of its own. */
export interface SandboxControl {
  readonly url: string;
  readonly token: string;
}

/** Undefined while the target `sandbox` is switched off. */
export type FindSandbox = () => SandboxControl | undefined;

export interface ControlCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

const PATIENCE_MS = 10_000;

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const codes: Readonly<Record<number, ProblemCode>> = {
  400: "invalid-request",
  404: "not-found",
  409: "invalid-transition",
  413: "body-too-large",
  422: "invalid-request",
};

/**
 * Asks the sandbox for something.
 *
 * @returns the parsed body; undefined when it has none.
 * @throws Problem `not-found` when there is no sandbox here, `unavailable` when it does not answer, and its own refusals
 * with its message; the simulated cloud's code is the fact `cloudCode`.
 */
export async function askSandbox(find: FindSandbox, call: ControlCall): Promise<unknown> {
  const sandbox = find();
  if (sandbox === undefined) throw new Problem("not-found", "There is no sandbox here: MERIDIAN_SANDBOX is off.");
  const response = await fetch(urlOf(sandbox, call), {
    method: call.method,
    headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  }).catch((cause: unknown) => {
    throw new Problem("unavailable", "The sandbox does not answer. It is started anew with the service.", { cause });
  });
  if (response.status === 204) return undefined;
  const body: unknown = await response.json().catch(() => undefined); // a body that is no JSON is told below
  if (response.ok) return body;
  throw refusal(response.status, body);
}

function urlOf({ url }: SandboxControl, { path, query = {} }: ControlCall): URL {
  const target = new URL(path.map((part) => `/${encodeURIComponent(part)}`).join(""), url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  return target;
}

function refusal(status: number, body: unknown): Problem {
  const parsed = failure.safeParse(body);
  const code = codes[status];
  if (!parsed.success || code === undefined) {
    return new Problem("unavailable", `The sandbox answered with status ${status} and nothing that says why.`);
  }
  const { error } = parsed.data;
  return new Problem(code, `The sandbox refused: ${error.message}`, { facts: { cloudCode: error.code } });
}
