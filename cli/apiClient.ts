import { z } from "zod";
import { CliError } from "./cliError.ts";
import { plain } from "./print.ts";
import { unreachable } from "./unreachable.ts";
import type { World } from "./world.ts";

export const DEFAULT_URL = "http://127.0.0.1:8080";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON; a PATCH as a JSON merge patch (RFC 7396). */
  readonly body?: unknown;
  /** Sent as it comes, instead of a body of JSON. */
  readonly content?: { readonly stream: ReadableStream; readonly type: string };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer<T> {
  readonly body: T;
  readonly etag: string | undefined;
}

/** Speaks to the service that MERIDIAN_URL names, with the key in MERIDIAN_KEY; knows nothing of its nouns. */
export interface ApiClient {
  /** @throws CliError `problem` with what the service answered, `unreachable`, or `bad-answer`. */
  readonly ask: <T extends z.ZodType>(path: string, schema: T, request?: ApiRequest) => Promise<ApiAnswer<z.output<T>>>;
  /** All items of a paged list, page after page. */
  readonly askAll: <T extends z.ZodType>(
    path: string,
    schema: T,
    query?: ApiRequest["query"],
  ) => Promise<z.output<T>[]>;
  /** The bare answer, of a status under 400. */
  readonly open: (path: string, request?: ApiRequest & { signal?: AbortSignal }) => Promise<Response>;
}

const problemDocument = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

export type ProblemDocument = z.output<typeof problemDocument>;

export function apiClient(world: Pick<World, "env" | "fetch">): ApiClient {
  const base = world.env["MERIDIAN_URL"] || DEFAULT_URL;
  const key = keyOf(world.env);
  const open: ApiClient["open"] = async (path, request = {}) => {
    const response = await send({ base, key, fetch: world.fetch }, path, request);
    if (response.status < 400) return response;
    throw await refusal(response, key === undefined);
  };
  const ask: ApiClient["ask"] = async (path, schema, request) => {
    const response = await open(path, request);
    return { body: await read(response, schema), etag: response.headers.get("etag") ?? undefined };
  };
  return {
    open,
    ask,
    async askAll(path, schema, query) {
      const page = z.object({ items: z.array(schema), nextPageToken: z.string().optional() });
      const items: z.output<typeof schema>[] = [];
      let pageToken: string | undefined;
      do {
        const { body } = await ask(path, page, { query: { ...query, pageToken } });
        items.push(...body.items);
        pageToken = body.nextPageToken;
      } while (pageToken !== undefined);
      return items;
    },
  };
}

/** Checked here, since what complains of a header says what is in it. A file's last line break is no part of a key. */
function keyOf(env: NodeJS.ProcessEnv): string | undefined {
  const key = env["MERIDIAN_KEY"]?.trim();
  if (key === undefined || /^[\x21-\x7e]*$/.test(key)) return key;
  throw new CliError("bad-option", "MERIDIAN_KEY has a space, a line break or a letter in it that no key has.");
}

/** A problem document as a person reads it: its code, title and detail, then each fault with where it is. */
export function problemText(problem: ProblemDocument): string {
  const detail = problem.detail === undefined ? "" : ` - ${problem.detail}`;
  const faults = (problem.errors ?? []).map((fault) => `\n  ${fault.pointer}: ${fault.detail}`);
  return `${problem.code}: ${problem.title}${detail}${faults.join("")}`;
}

interface Sender {
  readonly base: string;
  readonly key: string | undefined;
  readonly fetch: typeof fetch;
}

async function send(sender: Sender, path: string, request: ApiRequest & { signal?: AbortSignal }): Promise<Response> {
  const url = urlOf(sender.base, path, request.query ?? {});
  const method = request.method ?? "GET";
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  try {
    return await sender.fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(sender.key === undefined ? {} : { authorization: `Bearer ${sender.key}` }),
        ...(request.body === undefined ? {} : { "content-type": type }),
        ...(request.content === undefined ? {} : { "content-type": request.content.type }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.content === undefined ? {} : { body: request.content.stream, duplex: "half" }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  } catch (cause) {
    throw unreachable(sender.base, cause);
  }
}

function urlOf(base: string, path: string, query: Readonly<Record<string, string | undefined>>): URL {
  let url: URL;
  try {
    url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  } catch (cause) {
    throw new CliError("bad-option", `MERIDIAN_URL is not a URL: ${base}`, { cause });
  }
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

async function refusal(response: Response, withoutKey: boolean): Promise<CliError> {
  const text = await response.text();
  const problem = problemDocument.safeParse(jsonOf(text));
  const message = problem.success ? problemText(problem.data) : `http-${response.status}: ${plain(text.slice(0, 200))}`;
  const hint = response.status === 401 && withoutKey ? "\nMERIDIAN_KEY is not set." : "";
  return new CliError("problem", `${message}${hint}`, { status: response.status });
}

async function read<T extends z.ZodType>(response: Response, schema: T): Promise<z.output<T>> {
  const result = schema.safeParse(jsonOf(await response.text()));
  if (result.success) return result.data;
  throw new CliError(
    "bad-answer",
    `${response.url} does not answer as Meridian does: ${z.prettifyError(result.error)}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
