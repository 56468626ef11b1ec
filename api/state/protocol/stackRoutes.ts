import { Router } from "express";
import { z } from "zod";
import { type Caller, may, mayReach, maySee, requirePermission } from "../../base/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import type { StoredDeployment } from "../deployments/deployment.ts";
import { storedDeploymentSchema, toStoredDeployment } from "../deployments/storedDeployment.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { StackService } from "../stacks/stackService.ts";
import type { UpdateRecord } from "../updates/updateRecord.ts";
import type { RequestAudit } from "./auditedRequests.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import { reachedAt } from "./reachedAt.ts";
import { parseBody } from "./requestBody.ts";
import { nameIn, param, type StackAccess } from "./stackAccess.ts";

const tags = z.record(z.string().min(1).max(256), z.string().max(256));

/** What Pulumi allows in names of projects and stacks, and PostgreSQL in an index. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9-_.]{1,100}$/, "must be 1 to 100 letters, digits, dots, dashes or underscores");

const createRequest = z.object({
  stackName: name,
  tags: tags.nullish(),
  state: storedDeploymentSchema.nullish(),
  config: z.unknown().optional(),
});
const renameRequest = z.object({ newName: name.or(z.literal("")), newProject: name.or(z.literal("")) });

interface StackRouteDeps {
  readonly access: StackAccess;
  readonly stacks: StackService;
  readonly audit: RequestAudit;
}

/** Stacks as a Pulumi client sees them: making, finding, naming, tagging, removing, taking out and bringing in state. */
export function stackRoutes(route: Route, { access, stacks, audit }: StackRouteDeps): Router {
  const onRecord = (request: ProtocolRequest) => (tx: Tx) => audit.record(tx, request);
  const router = Router();
  const one = "/stacks/:team/:project/:stack";

  router.head(
    "/stacks/:team/:project",
    route(async (request) => {
      const caller = await access.caller(request);
      const [team, project] = [param(request.params, "team"), param(request.params, "project")];
      if (maySee(caller, team) && (await stacks.projectExists(team, project))) return {};
      throw new Problem("not-found", `There is no project ${project}.`);
    }),
  );

  router.post(
    "/stacks/:team/:project",
    route(async (request) => {
      const caller = await access.caller(request);
      const [team, project] = [param(request.params, "team"), parseBody(name, param(request.params, "project"))];
      if (!maySee(caller, team) || caller.operation)
        throw new Problem("not-found", `There is no organization ${team}.`);
      requirePermission(caller, "change");
      const body = parseBody(createRequest, request.body);
      if (!mayReach(caller, { team, project, name: body.stackName })) throw beyondScope(caller, body.stackName);
      if (body.state) requirePermission(caller, "import-state");
      if (body.config !== undefined && body.config !== null)
        throw new Problem("not-offered", "Configuration kept by the service in environments is not offered here.");
      const stack = await stacks.create(
        { team, project, name: body.stackName, tags: body.tags ?? {} },
        onRecord(request),
      );
      if (body.state) await importInto(stacks, { caller, stack, imported: toStoredDeployment(body.state) });
      return {};
    }),
  );

  router.get(
    one,
    route(async (request) => {
      const { stack } = await access.stack(request, "read");
      return describe(stack, await stacks.runningUpdate(stack));
    }),
  );

  router.delete(
    one,
    route(async (request) => {
      const { stack, caller } = await access.stack(request, "remove-stacks");
      const force = request.query.get("force") === "true";
      await stacks.removeForClient(stack.id, { caller, force, also: onRecord(request) });
      return {};
    }),
  );

  router.get(`${one}/export`, route(exporting(access, stacks)));
  router.get(`${one}/export/:version`, route(exporting(access, stacks)));

  router.post(
    `${one}/import`,
    route(async (request) => {
      const { caller, stack } = await access.stack(request, "read");
      // Which of the two it takes is told when the state is known that it would replace.
      if (!may(caller, "edit-state")) requirePermission(caller, "import-state");
      const imported = toStoredDeployment(parseBody(storedDeploymentSchema, request.body));
      return { updateId: await stacks.importState(caller, stack, imported) };
    }),
  );

  router.patch(
    `${one}/tags`,
    route(async (request) => {
      const { stack } = await access.stack(request, "change");
      await stacks.retag(stack.id, parseBody(tags, request.body), onRecord(request));
      return {};
    }),
  );

  router.post(
    `${one}/rename`,
    route(async (request) => {
      const { caller, stack } = await access.stack(request, "change");
      const { newName, newProject } = parseBody(renameRequest, request.body);
      const to = { project: newProject || stack.project, name: newName || stack.name };
      if (!mayReach(caller, { team: stack.team, ...to })) throw beyondScope(caller, to.name);
      await stacks.rename(stack.id, { caller, to, also: onRecord(request) });
      return {};
    }),
  );

  return router;
}

function beyondScope({ scope }: Caller, name: string): Problem {
  const detail = `This key was narrowed to other stacks than ${name}. Ask an admin for a key whose scope has it.`;
  return new Problem("forbidden", detail, { facts: { scope } });
}

interface FirstState {
  readonly caller: Caller;
  readonly stack: StackRecord;
  readonly imported: StoredDeployment;
}

/** A stack whose first state is refused is not made. */
async function importInto(stacks: StackService, { caller, stack, imported }: FirstState): Promise<void> {
  try {
    await stacks.importState(caller, stack, imported);
  } catch (error) {
    await stacks.remove(stack.id, { force: true });
    throw error;
  }
}

function exporting(access: StackAccess, stacks: StackService) {
  return async (request: ProtocolRequest) => {
    const { stack } = await access.stack(request, "read");
    const asked = request.params["version"];
    if (asked === undefined) return reachedAt(await stacks.readState(stack), request.origin);
    const version = Number(asked);
    const found = Number.isSafeInteger(version) ? await stacks.readVersion(stack, version) : undefined;
    if (found === undefined) throw new Problem("not-found", `${nameIn(request).name} has no version ${asked}.`);
    return reachedAt(found, request.origin);
  };
}

function describe(stack: StackRecord, running: UpdateRecord | undefined): object {
  const started = running?.startedAt;
  return {
    id: stack.id,
    orgName: stack.team,
    projectName: stack.project,
    stackName: stack.name,
    activeUpdate: stack.activeUpdate ?? "",
    tags: stack.tags,
    version: stack.version,
    ...(running !== undefined &&
      started !== undefined && {
        currentOperation: {
          kind: running.kind,
          author: running.requestedBy,
          started: Math.floor(started.getTime() / 1000),
        },
      }),
  };
}
