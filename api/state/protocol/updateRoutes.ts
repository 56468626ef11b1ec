import { Router } from "express";
import { z } from "zod";
import type { PackConfig, UpdateKind } from "../../gate/index.ts";
import { type JournalEntry, journalEntrySchema } from "../deployments/deployment.ts";
import { storedDeploymentSchema, toStoredDeployment } from "../deployments/storedDeployment.ts";
import type { SaveCheckpoint } from "../journal/checkpointService.ts";
import type { RecordJournal } from "../journal/journalService.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { CompleteUpdate } from "../updates/completeService.ts";
import type { CostNotice } from "../updates/costNotice.ts";
import { engineEventSchema } from "../updates/engineEvent.ts";
import type { EventService } from "../updates/eventService.ts";
import type { HeldUpdates } from "../updates/heldUpdates.ts";
import { startedBy } from "../updates/updateRecord.ts";
import type { UpdateService } from "../updates/updateService.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import { parseBody } from "./requestBody.ts";
import { nameIn, param, type StackAccess } from "./stackAccess.ts";
import { updateKinds, updatePaths } from "./updatePaths.ts";

const configValue = z.object({
  string: z.string(),
  secret: z.boolean().default(false),
  object: z.boolean().default(false),
});

const createRequest = z.object({
  config: z.record(z.string(), configValue).nullish(),
  options: z.object({ dryRun: z.boolean().default(false) }).nullish(),
  metadata: z
    .object({ message: z.string().default(""), environment: z.record(z.string(), z.string()).nullish() })
    .nullish(),
});

const startRequest = z.object({
  tags: z.record(z.string().min(1).max(256), z.string().max(256)).nullish(),
  journalVersion: z.number().int().nonnegative().nullish(),
});

const journalRequest = z.object({ entries: z.array(journalEntrySchema).nullish() });
const eventRequest = z.object({ events: z.array(engineEventSchema).nullish() });
const completeRequest = z.object({ status: z.enum(["succeeded", "failed", "cancelled"]) });
const verbatimRequest = z.object({ version: z.number().int(), untypedDeployment: storedDeploymentSchema });

export interface UpdateRouteDeps {
  readonly access: StackAccess;
  readonly held: HeldUpdates;
  readonly updates: UpdateService;
  readonly record: RecordJournal;
  readonly saveCheckpoint: SaveCheckpoint;
  readonly events: EventService;
  readonly complete: CompleteUpdate;
  readonly requiredPack: RequiredPackOf;
  readonly costNotice: CostNotice;
}

/** A policy pack that clients are told to run. */
interface RequiredPack {
  readonly name: string;
  readonly version: string;
  /** Where its archive is, from the service's root. */
  readonly path: string;
  /** Settings and exemptions as they are for this stack at this moment. */
  readonly config: PackConfig;
}

/** Undefined for stacks without one. */
export type RequiredPackOf = (stack: StackRecord) => Promise<RequiredPack | undefined>;

/** The life of an update: asked for with a key, then carried on with the lease token that its start gave. */
export function updateRoutes(route: Route, deps: UpdateRouteDeps): Router {
  const router = Router();
  const stack = "/stacks/:team/:project/:stack";
  const each = (route: string) => updatePaths.map((path) => `${path}/${route}`);
  const held = async (request: ProtocolRequest) => {
    const route = { updateId: param(request.params, "update"), name: nameIn(request) };
    const found = await deps.held.of(request.authorization, route);
    request.trail.caller = { ...startedBy(found.update), team: found.stack.team };
    return found;
  };

  for (const kind of updateKinds) {
    router.post(
      `${stack}/${kind}`,
      route((request) => createUpdate(deps, kind, request)),
    );
  }

  router.post(
    updatePaths,
    route((request) => startUpdate(deps, request)),
  );

  router.post(
    each("cancel"),
    route(async (request) => {
      const { caller, stack } = await deps.access.stack(request, "change");
      await deps.updates.cancel(caller, stack, param(request.params, "update"));
      return {};
    }),
  );

  router.post(
    each("renew_lease"),
    route(async (request) => {
      const { leaseHash } = await held(request);
      const until = await deps.updates.renew(leaseHash);
      // The same token goes on: requests that are under way with it must not be shut out by its renewal.
      const token = request.authorization?.slice("update-token ".length);
      return { token, tokenExpiration: seconds(until) };
    }),
  );

  router.patch(
    each("journalentries"),
    route(async (request) => {
      const { entries } = parseBody(journalRequest, request.body);
      await deps.record(await held(request), (entries ?? []) as readonly JournalEntry[]); // the schema's loose objects
      return {};
    }),
  );

  router.patch(
    each("checkpoint"),
    route(async (request) => {
      const checkpoint = toStoredDeployment(parseBody(storedDeploymentSchema, request.body));
      await deps.saveCheckpoint(await held(request), checkpoint);
      return {};
    }),
  );

  router.patch(
    each("checkpointverbatim"),
    route(async (request) => {
      const { untypedDeployment } = parseBody(verbatimRequest, request.body);
      await deps.saveCheckpoint(await held(request), toStoredDeployment(untypedDeployment));
      return {};
    }),
  );

  router.post(
    each("events/batch"),
    route(async (request) => {
      const { events } = parseBody(eventRequest, request.body);
      await deps.events.record(await held(request), events ?? []);
      return {};
    }),
  );

  router.post(
    each("complete"),
    route(async (request) => {
      const { status } = parseBody(completeRequest, request.body);
      await deps.complete(await held(request), status);
      return {};
    }),
  );

  return router;
}

async function createUpdate(
  { access, updates, requiredPack, costNotice }: UpdateRouteDeps,
  kind: UpdateKind,
  request: ProtocolRequest,
) {
  const { caller, stack } = await access.stack(request, "read");
  const { config, options, metadata } = parseBody(createRequest, request.body);
  const dryRun = kind === "preview" || options?.dryRun === true;
  const updateID = await updates.create(caller, stack, {
    kind,
    dryRun,
    request: { config: config ?? {}, message: metadata?.message ?? "", environment: metadata?.environment ?? {} },
  });
  const asksPack = caller.operation === undefined && (kind === "update" || kind === "preview");
  const pack = asksPack ? await requiredPack(stack) : undefined;
  const notice = dryRun || caller.operation !== undefined ? undefined : await costNotice(stack, caller);
  return {
    updateID,
    ...(pack && { requiredPolicies: [describePack(pack, request.origin)] }),
    // A client prints a warning on its standard error, and anything milder among the JSON that `--json` asks for.
    ...(notice !== undefined && { messages: [{ severity: "warning", message: notice }] }),
  };
}

/**
 * As `apitype.RequiredPolicy`. Engines of the service have the pack warm; a destroy or a refresh runs none, and its client would
 * print a green tick for it all the same.
 */
function describePack({ name, version, path, config }: RequiredPack, origin: string): object {
  return { name, version: 1, versionTag: version, displayName: name, packLocation: `${origin}${path}`, config };
}

async function startUpdate({ access, updates }: UpdateRouteDeps, request: ProtocolRequest) {
  const { caller, stack } = await access.stack(request, "read");
  const { tags, journalVersion } = parseBody(startRequest, request.body);
  const started = await updates.start(caller, stack, {
    updateId: uuid(param(request.params, "update")),
    tags: tags ?? undefined,
    journals: (journalVersion ?? 0) >= 1,
    lease: request.lease,
  });
  return {
    version: started.version,
    token: started.token,
    tokenExpiration: seconds(started.expiresAt),
    ...(started.journaled && { journalVersion: 1 }),
  };
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** @throws Problem `invalid-request` before the database is asked for what cannot be an id */
export const uuid = (value: string): string => parseBody(z.uuid(), value);
