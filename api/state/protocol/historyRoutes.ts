import { Router } from "express";
import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { EventService } from "../updates/eventService.ts";
import { type ChangeCounts, hasEnded, type UpdateRecord } from "../updates/updateRecord.ts";
import { noUpdate } from "../updates/updateService.ts";
import { findUpdate, history, latestPreviews } from "../updates/updateStore.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import { nameIn, param, type StackAccess } from "./stackAccess.ts";
import { updatePaths } from "./updatePaths.ts";
import { uuid } from "./updateRoutes.ts";

const MOST_ON_A_PAGE = 100;

interface HistoryDeps {
  readonly db: Database;
  readonly access: StackAccess;
  readonly events: EventService;
}

/** What became of a stack's updates. */
export function historyRoutes(route: Route, { db, access, events }: HistoryDeps): Router {
  const router = Router();
  const updates = "/stacks/:team/:project/:stack/updates";

  router.get(
    updates,
    route(async (request) => {
      const { stack } = await access.stack(request, "read");
      const found = await history(db, stack.id, pageOf(request));
      return { updates: found.map(describe) };
    }),
  );

  router.get(
    `${updates}/latest`,
    route(async (request) => {
      const { stack } = await access.stack(request, "read");
      const one = { pageSize: 1, page: 1 };
      const [latest] = await history(db, stack.id, one);
      const [configured] = await history(db, stack.id, { ...one, byEngine: true });
      const info = latestInfo(stack, latest, configured);
      if (info !== undefined) return { info };
      throw new Problem("not-found", `${nameIn(request).name} was never updated.`);
    }),
  );

  router.get(
    `${updates}/latest/previews`,
    route(async (request) => {
      const { stack } = await access.stack(request, "read");
      const found = await latestPreviews(db, stack.id, pageOf(request).pageSize);
      return { updates: found.map(({ id }) => ({ updateID: id })) };
    }),
  );

  router.get(
    `${updates}/:version`,
    route(async (request) => {
      const { stack } = await access.stack(request, "read");
      const version = Number(param(request.params, "version"));
      const [found] = Number.isSafeInteger(version)
        ? await history(db, stack.id, { pageSize: 1, page: 1, version })
        : [];
      if (found === undefined)
        throw new Problem("not-found", `${stack.name} has no version ${request.params["version"]}.`);
      return { info: describe(found) };
    }),
  );

  router.get(
    updatePaths,
    route(async (request) => {
      const update = await updateIn(db, access, request);
      // Without a token to go on from, a client takes the update for ended.
      return { status: statusWord(update), events: [], ...(hasEnded(update) ? {} : { continuationToken: "more" }) };
    }),
  );

  router.get(
    updatePaths.map((path) => `${path}/events`),
    route(async (request) => ({
      events: await events.read(await updateIn(db, access, request)),
      continuationToken: null,
    })),
  );

  return router;
}

async function updateIn(db: Database, access: StackAccess, request: ProtocolRequest): Promise<UpdateRecord> {
  const { stack } = await access.stack(request, "read");
  const id = uuid(param(request.params, "update"));
  const update = await findUpdate(db, id);
  if (update === undefined || update.stackId !== stack.id) throw noUpdate(id);
  return update;
}

function pageOf({ query }: ProtocolRequest): { pageSize: number; page: number } {
  const positive = (name: string, otherwise: number) => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isSafeInteger(value) && value > 0 ? value : otherwise;
  };
  return { pageSize: Math.min(positive("pageSize", MOST_ON_A_PAGE), MOST_ON_A_PAGE), page: positive("page", 1) };
}

const seconds = (date: Date | undefined): number => (date === undefined ? 0 : Math.floor(date.getTime() / 1000));

/** Pulumi knows no cancelled update: it is a failed one. */
const statusWord = ({ status }: UpdateRecord): string =>
  status === "created" ? "not started" : status === "cancelled" ? "failed" : status;

function describe(update: UpdateRecord): object {
  const { request, changes, applied } = update;
  return {
    updateID: update.id, // not of the protocol: it tells a version from one of the same number in another history
    kind: update.kind,
    startTime: seconds(update.startedAt),
    endTime: seconds(update.finishedAt),
    message: request.message,
    environment: request.environment,
    config: request.config,
    result: update.status === "running" ? "in-progress" : statusWord(update),
    version: update.version ?? 0,
    resourceChanges: counted(changes ?? applied),
  };
}

/** What did not happen is left out, as an engine leaves it out of its own history. */
const counted = (changes: ChangeCounts | undefined): object =>
  Object.fromEntries(Object.entries(changes ?? {}).filter(([, count]) => count > 0));

/**
 * The last update with the configuration that `config refresh` takes from it. The service's own configuration of a stack
 * stands above that of the last update that had one: imports, edits and renames of state have none.
 */
function latestInfo(
  { config }: StackRecord,
  latest: UpdateRecord | undefined,
  configured: UpdateRecord | undefined,
): object | undefined {
  if (config === undefined) return latest && { ...describe(latest), config: (configured ?? latest).request.config };
  const given = Object.entries(config).map(([key, value]) => [key, { string: value, secret: false, object: false }]);
  return { ...(latest ? describe(latest) : {}), config: Object.fromEntries(given) };
}
