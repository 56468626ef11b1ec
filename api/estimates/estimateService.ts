import { type Assumptions, priceStack } from "../../pricing/index.ts";
import { type Caller, mayReach } from "../base/caller.ts";
import type { Database } from "../db/database.ts";
import { type DocumentKind, type JudgedDocument, readDocument } from "../gate/index.ts";
import { invalidRequest } from "../http/parse.ts";
import { absent } from "../http/schemas.ts";
import type { StackRecord } from "../state/index.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { type EstimateRequest, type EstimateView, pricedResources, viewEstimate } from "./estimate.ts";
import { whyIncomplete } from "./whyIncomplete.ts";

/** What estimating needs of the stacks that the service keeps. */
export interface EstimatedStacks {
  /** @param id `name` or `project/name` */
  findStack(team: string, id: string): Promise<StackRecord | undefined>;
  /** The latest state, its secrets in clear where the service has sealed them. */
  readOpened(db: Database, stack: Pick<StackRecord, "id" | "version">): Promise<unknown>;
}

export interface EstimateService {
  /** @throws Problem `not-found`, `invalid-request` with a pointer to each fault of a document */
  estimate(db: Database, caller: Caller, asked: EstimateRequest): Promise<EstimateView>;
}

const documents = ["deployment", "preview", "events"] as const satisfies readonly DocumentKind[];

/** @param assumed of the use of things, where neither the caller nor the table is to say it */
export function createEstimateService(stacks: EstimatedStacks, assumed: Partial<Assumptions> = {}): EstimateService {
  async function ofStack(db: Database, caller: Caller, asked: EstimateRequest, id: string) {
    const team = teamOf(caller, asked.team);
    await requireTeam(db, team);
    const stack = await stacks.findStack(team, id);
    if (stack === undefined || !mayReach(caller, stack)) throw absent("stack", id);
    const deployment = { version: 3, deployment: await stacks.readOpened(db, stack) };
    return { document: readOrRefuse("deployment", deployment, "/stack"), region: stack.region };
  }

  return {
    async estimate(db, caller, asked) {
      const kind = documents.find((key) => asked[key] !== undefined);
      const { document, region } =
        kind === undefined
          ? await ofStack(db, caller, asked, asked.stack ?? "") // the schema has made sure of one
          : { document: readOrRefuse(kind, asked[kind], `/${kind}`), region: undefined };
      const given = Object.entries(asked.assumptions ?? {}).filter(([, value]) => value !== undefined);
      const options = { region: asked.region ?? region, assumptions: { ...assumed, ...Object.fromEntries(given) } };
      return viewEstimate(priceStack(pricedResources(document), options), whyIncomplete(asked.preview ?? asked.events));
    },
  };
}

function readOrRefuse(kind: DocumentKind, given: unknown, root: string): JudgedDocument {
  const read = readDocument(kind, given);
  if (!("faults" in read)) return read;
  throw invalidRequest(read.faults.map(({ pointer, detail }) => ({ pointer: `${root}${pointer}`, detail })));
}
