import { type Caller, mayReach } from "../base/caller.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Page, PageRequest } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { absent } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { addressOf, type Stack } from "./stack.ts";
import { findStack, type KnownStack, listStacks, type StackFilter, toView } from "./stackStore.ts";

export interface OperationRequest {
  readonly kind: "preview" | "up" | "refresh" | "destroy";
  readonly stackSetId: string;
  readonly region: string;
  /** The artefact to be used instead of the stack's own; an `up` moves the stack there. */
  readonly blueprintDigest?: string | undefined;
  readonly requestedBy: string;
  /** Who asked, in one spelling. */
  readonly person: string;
}

/** What a stack needs of operations. */
export interface OperationStarter {
  /** Row and workflow in the caller's transaction; makes the Pulumi stack when it is not there yet. */
  start(tx: Tx, request: OperationRequest): Promise<OperationView>;
}

/** As much of an operation as matters here; its other members pass through to the answer. */
export interface OperationView {
  readonly id: string;
}

/** Which stack, as a caller names it. */
export interface NamedStack {
  readonly caller: Caller;
  readonly id: string;
  readonly team: string | undefined;
}

export interface StackService {
  /** A page holds only what the caller reaches, so it can be shorter than asked for and not be the last. */
  list(
    db: Database,
    request: PageRequest & Omit<StackFilter, "team"> & { readonly caller: Caller; readonly team?: string | undefined },
  ): Promise<Page<Stack>>;
  get(db: Database, named: NamedStack): Promise<Stack>;
  startOperation(
    tx: Tx,
    named: NamedStack,
    asked: Pick<OperationRequest, "kind" | "blueprintDigest">,
  ): Promise<{ readonly stack: Stack; readonly operation: OperationView }>;
}

/** What a stack needs to know of what depends on it. */
interface DependentsReader {
  /** @throws Problem `has-dependents` when another stack takes outputs of this one. */
  requireUnused(
    tx: Tx,
    stack: { readonly stackSetId: string; readonly region: string; readonly name: string },
  ): Promise<void>;
}

export function createStackService(operations: OperationStarter, dependencies: DependentsReader): StackService {
  async function known(db: Database, { caller, id, team }: NamedStack): Promise<KnownStack> {
    const found = await findStack(db, { team: teamOf(caller, team), ...addressOf(id) });
    if (found === undefined || !mayReach(caller, found)) throw absent("stack", id);
    return found;
  }

  return {
    async list(db, { caller, team, ...request }) {
      const asked = teamOf(caller, team);
      await requireTeam(db, asked);
      const page = await listStacks(db, { ...request, team: asked });
      return { ...page, items: page.items.filter((stack) => mayReach(caller, stack)) };
    },
    get: async (db, named) => toView(await known(db, named)),
    async startOperation(tx, named, asked) {
      const stack = await known(tx, named);
      const { stackSetId, region } = mayOperate(stack, asked.kind);
      if (asked.blueprintDigest !== undefined) requireProgram(asked.kind);
      if (asked.kind === "destroy") await dependencies.requireUnused(tx, { stackSetId, region, name: stack.name });
      const { name: requestedBy, person } = named.caller;
      const operation = await operations.start(tx, { ...asked, stackSetId, region, requestedBy, person });
      return { stack, operation };
    },
  };
}

/** @throws Problem `invalid-request` for kinds of operation that build nothing. */
function requireProgram(kind: OperationRequest["kind"]): void {
  if (kind === "preview" || kind === "up") return;
  const detail = `A ${kind} runs no blueprint. Leave it out, or ask for a preview or an up.`;
  throw invalidRequest([{ pointer: "/blueprintDigest", detail }]);
}

/** @throws Problem when the service has nothing to build the stack from, may not, or is told not to. */
function mayOperate(
  { id, project, stackSetId, region, doors, wanted }: KnownStack,
  kind: OperationRequest["kind"],
): { readonly stackSetId: string; readonly region: string } {
  if (stackSetId === undefined || region === undefined) {
    const detail = `No stack set asks for ${id}, so the service has no blueprint for it. Use pulumi with the program of the project ${project}.`;
    throw new Problem("invalid-transition", detail);
  }
  if (!doors.includes("service")) {
    throw new Problem("door-closed", `${id} is changed by the Pulumi CLI only: its target has no door "service".`);
  }
  if (!wanted && (kind === "up" || kind === "preview")) {
    throw new Problem(
      "invalid-transition",
      `The stack set no longer asks for ${id}. It can be refreshed or destroyed.`,
    );
  }
  return { stackSetId, region };
}
