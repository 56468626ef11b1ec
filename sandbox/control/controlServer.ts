import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { CloudError } from "../cloud/cloudError.ts";
import { RequestError } from "./requestBodies.ts";
import { type ControlServices, route } from "./routes.ts";

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;

/** Serves the control port on loopback: plain JSON, one bearer token. */
export async function serveControl(
  services: ControlServices,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    answer(request, token, services).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, ...failure(error, services)),
    );
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
  return {
    port: bound,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, token: string, services: ControlServices) {
  if (!authorised(request.headers.authorization, token)) {
    throw new RequestError(401, "unauthorised", "Authorization: Bearer <token of run.json> is required");
  }
  const url = new URL(request.url ?? "/", "http://sandbox");
  const method = request.method ?? "GET";
  const body = method === "GET" || method === "DELETE" ? undefined : await bodyOf(request);
  return route({ method, path: url.pathname, query: url.searchParams, body }, services);
}

function authorised(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RequestError(413, "too-large", `a body has at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new RequestError(400, "bad-request", "the body is no JSON");
  }
}

function failure(error: unknown, { log }: ControlServices): [status: number, body: unknown] {
  if (error instanceof RequestError) return [error.status, { error: { code: error.code, message: error.message } }];
  if (error instanceof CloudError) return [409, { error: { code: error.code, message: error.message } }];
  log("a control request failed", error);
  return [500, { error: { code: "internal", message: "the sandbox failed to answer; see its log" } }];
}

function send(response: ServerResponse, status: number, body: unknown): void {
  // A body that was not read to its end would be taken for the next request.
  const headers = { "content-type": "application/json", ...(status === 413 ? { connection: "close" } : {}) };
  response.writeHead(status, headers).end(body === undefined ? undefined : JSON.stringify(body));
}
