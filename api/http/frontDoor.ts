import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";

/** A server that listens before there is anybody to answer. */
export interface FrontDoor {
  readonly server: Server;
  /** Answers what has come so far, and all that comes. */
  answerBy(app: RequestListener): void;
  /** For a start that failed: nobody will answer. */
  slam(): void;
}

/**
 * Listens at once, and lets requests wait for their answer. A start takes two seconds and more on a busy machine, and a Pulumi CLI whose
 * connection is refused gives its update up after some seven; one that waits for an answer waits for minutes.
 *
 * @throws Error of the system when it cannot listen there
 */
export async function openFrontDoor({
  port,
  host,
}: {
  readonly port: number;
  readonly host: string;
}): Promise<FrontDoor> {
  const waiting: Parameters<RequestListener>[] = [];
  let answer: RequestListener = (req, res) => waiting.push([req, res]);
  const server = createServer((req, res) => answer(req, res));
  server.listen(port, host);
  await once(server, "listening");
  return {
    server,
    answerBy(app) {
      answer = app;
      for (const [req, res] of waiting.splice(0)) if (!req.destroyed) app(req, res);
    },
    slam() {
      server.close();
      server.closeAllConnections();
    },
  };
}
