import { type Caller, mayReach } from "../base/caller.ts";
import { Problem } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import {
  type Bundles,
  type DocumentKind,
  type JudgeDocument,
  type JudgedDocument,
  readDocument,
  readFailures,
  type StepContext,
} from "../gate/index.ts";
import { invalidRequest } from "../http/parse.ts";
import { absent } from "../http/schemas.ts";
import { addressOf } from "../stacks/stack.ts";
import type { StackRecord } from "../state/index.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import type { JudgementRequest } from "./judgement.ts";
import { documentThing, type Judged, type JudgedThing } from "./judgementRecord.ts";

/** What judging needs of the stacks that the service keeps. */
export interface KeptStacks {
  findStack(name: {
    readonly team: string;
    readonly project: string;
    readonly name: string;
  }): Promise<StackRecord | undefined>;
  /** The latest state, its secrets in clear where the service has sealed them. */
  readOpened(db: Database, stack: Pick<StackRecord, "id" | "version">): Promise<unknown>;
  /** What the rules know of a stack. */
  contextOf(stack: StackRecord, phase: StepContext["phase"]): Promise<StepContext>;
}

interface JudgementDeps {
  readonly stacks: KeptStacks;
  readonly bundles: Bundles;
  readonly judge: JudgeDocument;
}

export interface JudgementService {
  /** @throws Problem `not-found`, `stale-bundle`, `invalid-request` with a pointer to each fault of a document */
  judge(db: Database, caller: Caller, asked: JudgementRequest): Promise<Judged>;
  /** What verdicts on a stack depend on at this moment. @throws Problem `not-found` */
  bundle(
    db: Database,
    caller: Caller,
    asked: { readonly stack: string; readonly team?: string | undefined },
  ): Promise<object>;
}

const documents = ["deployment", "preview", "events"] as const satisfies readonly DocumentKind[];
interface Told {
  readonly document: JudgedDocument;
  readonly context: StepContext;
  readonly thing: JudgedThing;
  readonly known: boolean;
}

export function createJudgementService({ stacks, bundles, judge }: JudgementDeps): JudgementService {
  async function kept(caller: Caller, team: string, id: string): Promise<StackRecord> {
    const found = await stacks.findStack({ team, ...addressOf(id) });
    if (found === undefined || !mayReach(caller, found)) throw absent("stack", id);
    return found;
  }

  async function ofStack(db: Database, caller: Caller, team: string, id: string): Promise<Told> {
    const stack = await kept(caller, team, id);
    const deployment = { version: 3, deployment: await stacks.readOpened(db, stack) };
    const context = await stacks.contextOf(stack, "admission");
    const { project, name, version } = stack;
    const document = { ...readOrRefuse("deployment", deployment, "/stack"), project, stack: name };
    return { document, context, thing: { judged: "stack", version }, known: true };
  }

  /** A document tells its stack's names; the rest is what the service knows of that stack, unless the caller says otherwise. */
  async function ofDocument(caller: Caller, team: string, asked: JudgementRequest): Promise<Told> {
    const kind = documents.find((key) => asked[key] !== undefined) ?? "events"; // the schema has made sure of one
    const document = readOrRefuse(kind, asked[kind], `/${kind}`);
    const { project, stack } = document;
    const found = await stacks.findStack({ team, project, name: stack });
    const known = found !== undefined && mayReach(caller, found) ? await stacks.contextOf(found, "preview") : undefined;
    const context: StepContext = { environment: "production", team, project, stack, ...known, phase: "preview" };
    return { document, context, thing: documentThing(kind, asked[kind]), known: known !== undefined };
  }

  return {
    async judge(db, caller, asked) {
      const team = teamOf(caller, asked.team);
      await requireTeam(db, team);
      const told =
        asked.stack === undefined
          ? await ofDocument(caller, team, asked)
          : await ofStack(db, caller, team, asked.stack);
      const { environment, region, stackSet } = asked;
      const context = {
        ...told.context,
        ...(environment && { environment }),
        ...(region && { region }),
        ...(stackSet && { stackSet }),
      };
      const { digest } = await bundles.bundleOf(context);
      if (asked.digest !== undefined && asked.digest !== digest) throw stale(asked.digest, digest);
      const judgement = await judge(told.document, context, digest);
      return { judgement, thing: told.thing, team, known: told.known };
    },
    async bundle(db, caller, asked) {
      const team = teamOf(caller, asked.team);
      await requireTeam(db, team);
      const context = await stacks.contextOf(await kept(caller, team, asked.stack), "preview");
      const [bundle, config] = await Promise.all([bundles.bundleOf(context), bundles.configOf(context)]);
      const { environment, project, stack, stackSet, region } = context;
      const place = { team, project, stack, environment, ...(stackSet && { stackSet }), ...(region && { region }) };
      return { ...bundle, place, config };
    },
  };
}

function readOrRefuse(kind: DocumentKind, given: unknown, root: string): JudgedDocument {
  const read = readDocument(kind, given);
  const faults = "faults" in read ? read.faults : readFailures(given);
  if (!("faults" in read) && faults.length === 0) return read;
  throw invalidRequest(faults.map(({ pointer, detail }) => ({ pointer: `${root}${pointer}`, detail })));
}

const stale = (given: string, present: string): Problem =>
  new Problem(
    "stale-bundle",
    `The bundle ${given} is not in force any more; ${present} is. Get it from GET /v1/gate/bundle, and judge again.`,
    { facts: { given, present } },
  );
