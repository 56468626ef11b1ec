import { may, missingPermission, type Permission, type Permitted } from "../base/caller.ts";
import type { ProblemCode } from "../base/problem.ts";
import type { Placement } from "./placement.ts";

/** How an update comes in: from an engine that the service runs, or from anybody's own. */
export type Door = "service" | "cli";

export type UpdateKind = "update" | "preview" | "refresh" | "destroy" | "import";

/** Everything that the judgement of a whole update at its start depends on. */
export interface AdmissionFacts {
  readonly caller: Permitted & {
    readonly team: string | undefined;
    readonly operation: { readonly stackId: string; readonly kind: string } | undefined;
  };
  readonly stack: {
    readonly id: string;
    readonly team: string;
    readonly doors: readonly string[];
    /** URNs of creates that were in flight when an engine died, and are not settled. */
    readonly suspects: readonly string[];
  };
  readonly update: {
    readonly kind: UpdateKind;
    readonly dryRun: boolean;
    /** Whether the client announces each step by an entry in a journal; undefined before it has said so. */
    readonly journals?: boolean;
    /** Plain values of the stack's configuration by full key; secrets left out. */
    readonly config: Readonly<Record<string, string>>;
  };
  /** Undefined for stacks that are bound to no target. */
  readonly placement: Placement | undefined;
}

interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

type Condition = (facts: AdmissionFacts) => Refusal | undefined;

/** In this order: who may not see a stack must not learn of it by another refusal. */
const conditions: readonly Condition[] = [
  withinReach,
  permitted,
  asItsOperation,
  throughADoor,
  inItsPlace,
  announcingSteps,
  withoutSuspects,
];

/**
 * What is allowed at which door: the one function that decides whether an update may start (or the body of a state import
 * be looked at).
 *
 * @returns the first refusal, or undefined when the update may start.
 */
export function admit(facts: AdmissionFacts): Refusal | undefined {
  for (const condition of conditions) {
    const refusal = condition(facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** An engine that the service runs acts for an operation; everybody else comes by the door `cli`. */
export function doorOf({ operation }: { readonly operation?: unknown }): Door {
  return operation === undefined ? "cli" : "service";
}

function withinReach({ caller, stack }: AdmissionFacts): Refusal | undefined {
  const otherTeam = caller.team !== undefined && caller.team !== stack.team;
  const otherStack = caller.operation !== undefined && caller.operation.stackId !== stack.id;
  return otherTeam || otherStack ? { code: "not-found", detail: "There is no such stack." } : undefined;
}

function permitted({ caller, update }: AdmissionFacts): Refusal | undefined {
  const enough = enoughFor(update);
  if (enough.some((permission) => may(caller, permission))) return undefined;
  const { code, message, facts } = missingPermission(caller, enough[0], `, which ${article(update.kind)} needs`);
  return { code, detail: message, facts };
}

/** Any of these. Whether a state that comes from outside is an edit of the present one is judged where both are known. */
function enoughFor({ kind, dryRun }: AdmissionFacts["update"]): readonly [Permission, ...Permission[]] {
  if (dryRun) return ["preview"];
  return kind === "import" ? ["import-state", "edit-state"] : ["change"];
}

function throughADoor({ caller, stack, update }: AdmissionFacts): Refusal | undefined {
  const door = doorOf(caller);
  if (update.dryRun || stack.doors.includes(door)) return undefined;
  const open = stack.doors.length === 0 ? "none" : stack.doors.join(", ");
  return {
    code: "door-closed",
    detail:
      door === "cli"
        ? `This stack is changed through the service only (its doors: ${open}). Ask for an operation over REST; a preview is allowed.`
        : `This stack is not changed by the service (its doors: ${open}).`,
    facts: { door, doors: stack.doors },
  };
}

/** What an operation is to do, as engines call it; a preview changes nothing. */
const updateOf: Readonly<Record<string, UpdateKind>> = { up: "update", refresh: "refresh", destroy: "destroy" };

/**
 * The program of an operation can have its engine's token. What it begins by it is trusted as the operation is: a teardown was judged
 * before its engine was started, and what a refresh of the service reads is taken for true.
 */
function asItsOperation({ caller: { operation }, update: { kind, dryRun } }: AdmissionFacts): Refusal | undefined {
  if (operation === undefined || dryRun || updateOf[operation.kind] === kind) return undefined;
  const detail = `This token is of an operation "${operation.kind}", and opens no ${kind} of its stack. Ask for an operation of that kind (POST /v1/stacks/{stack}/operations).`;
  return { code: "forbidden", detail, facts: { operation: operation.kind, kind } };
}

function inItsPlace({ update, placement }: AdmissionFacts): Refusal | undefined {
  if (placement === undefined) return undefined;
  const region = update.config["aws:region"];
  if (region !== undefined && region !== placement.region) return elsewhere("region", "aws:region", region, placement);
  const accounts = update.config["aws:allowedAccountIds"];
  if (accounts !== undefined && !accounts.includes(placement.account))
    return elsewhere("account", "aws:allowedAccountIds", accounts, placement);
  return undefined;
}

function elsewhere(what: "region" | "account", key: string, value: string, placement: Placement): Refusal {
  return {
    code: "wrong-placement",
    detail: `The configuration ${key} is ${value}, and the stack's target is the ${what} ${placement[what]}. Run "pulumi config refresh" or set ${key} to ${placement[what]}.`,
    facts: { [what]: placement[what], configured: value },
  };
}

/**
 * A client that sends whole checkpoints may leave them out (PULUMI_SKIP_CHECKPOINTS), and does not say so: what it did is
 * seen when it is done. A stack that is bound to a target takes no such risk.
 */
function announcingSteps({ update, placement }: AdmissionFacts): Refusal | undefined {
  if (placement === undefined || update.dryRun || update.journals !== false) return undefined;
  return {
    code: "journal-required",
    detail:
      "This client does not journal its steps, so that they could not be judged before they are taken, and the stack is bound to a target. " +
      "Unset PULUMI_DISABLE_JOURNALING, or use a Pulumi CLI that journals (tested with 3.259.0). A preview is allowed.",
  };
}

function withoutSuspects({ stack, update }: AdmissionFacts): Refusal | undefined {
  const settles = update.kind === "refresh" || update.kind === "import" || update.dryRun;
  if (settles || stack.suspects.length === 0) return undefined;
  return {
    code: "pending-creates",
    detail: `These creates were in flight when an engine died, so that they may exist unrecorded: ${stack.suspects.join(", ")}. The service could not settle them by itself. Look in the cloud: forget them with "pulumi refresh --clear-pending-creates", then take in those that exist by the resource option "import".`,
    facts: { suspects: stack.suspects },
  };
}

const article = (kind: UpdateKind): string => (/^[aiu]/.test(kind) ? `an ${kind}` : `a ${kind}`);
