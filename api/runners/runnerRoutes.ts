import express, { type ErrorRequestHandler, type RequestHandler, type Response, Router } from "express";
import {
  type AttachRequest,
  aliveRequest,
  attachRequest,
  type ReportRequest,
  reportRequest,
} from "../../runner/wire.ts";
import type { HostTokens } from "./hostTokens.ts";
import type { Connection } from "./runnerHub.ts";

export type ReportAnswer = "taken" | "gone" | "not-yours";

export interface RunnerRouterOptions {
  readonly hostTokens: HostTokens;
  /** Answers what to call when the connection has ended; undefined when the host belongs to another token. */
  readonly attach: (holder: string, request: AttachRequest, connection: Connection) => (() => void) | undefined;
  /** False when that host is not attached with that token. */
  readonly alive: (holder: string, host: string, leaving: boolean) => boolean;
  /** The archive of an artefact that the holder's hosts have a job for. */
  readonly artefact: (holder: string, digest: string) => Promise<Buffer | undefined>;
  readonly report: (holder: string, job: string, request: ReportRequest) => ReportAnswer;
}

const BODY_LIMIT = "1mb";

/** The routes of runner hosts: attach, say alive, report. What they may answer is between them and the host alone. */
export function createRunnerRouter(options: RunnerRouterOptions): Router {
  const router = Router();
  router.use(authenticate(options.hostTokens), express.json({ limit: BODY_LIMIT }));

  router.post("/attach", (req, res) => {
    const request = attachRequest.safeParse(req.body);
    if (!request.success) return refuse(res, 400, request.error.message);
    const connection = openConnection(res);
    const onEnd = options.attach(holderOf(res), request.data, connection);
    if (onEnd === undefined) return refuse(res, 403, "A host of that name is attached with another token.");
    res.once("close", onEnd);
  });

  router.post("/hosts/:host/alive", (req, res) => {
    const request = aliveRequest.safeParse(req.body);
    if (!request.success) return refuse(res, 400, request.error.message);
    if (!options.alive(holderOf(res), req.params.host, request.data.leaving)) {
      return refuse(res, 410, "That host is not attached. Attach again.");
    }
    res.sendStatus(204);
  });

  router.post("/jobs/:job/report", (req, res) => {
    const request = reportRequest.safeParse(req.body);
    if (!request.success) return refuse(res, 400, request.error.message);
    const answer = options.report(holderOf(res), req.params.job, request.data);
    if (answer === "gone") return refuse(res, 410, "Nobody waits for the report of that job.");
    if (answer === "not-yours") return refuse(res, 403, "That job was given to another host.");
    res.sendStatus(204);
  });

  router.get("/artefacts/:digest", async (req, res) => {
    const archive = await options.artefact(holderOf(res), req.params.digest);
    if (archive === undefined) return refuse(res, 404, "There is no archive of that artefact, or no job for it.");
    res.type("application/gzip").send(archive);
  });

  router.use(answerUnreadableBody);
  return router;
}

function authenticate(hostTokens: HostTokens): RequestHandler {
  return (req, res, next) => {
    const [scheme, token] = (req.headers.authorization ?? "").split(" ");
    const holder = scheme === "Bearer" && token !== undefined ? hostTokens.identify(token) : undefined;
    if (holder === undefined) return refuse(res, 401, "A runner host's token is needed.");
    res.locals["holder"] = holder;
    next();
  };
}

function holderOf(res: Response): string {
  return String(res.locals["holder"]);
}

/** The head is sent with the first message, so that an attachment can still be refused. */
function openConnection(res: Response): Connection {
  return {
    send(message) {
      if (!res.headersSent) {
        res.writeHead(200, {
          "content-type": "application/x-ndjson",
          "cache-control": "no-store",
          "x-accel-buffering": "no",
        });
      }
      res.write(`${JSON.stringify(message)}\n`);
    },
    // Cut rather than ended: a host that is not there would never let go of its end.
    end: () => res.destroy(),
  };
}

function refuse(res: Response, status: number, detail: string): void {
  res.status(status).json({ status, detail });
}

const answerUnreadableBody: ErrorRequestHandler = (error: { status?: unknown }, _req, res, next) => {
  const { status } = error; // the body parser's errors carry the status that fits
  if (typeof status !== "number" || status < 400 || status >= 500) return next(error);
  refuse(res, status, "The body cannot be read.");
};
