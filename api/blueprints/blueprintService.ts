import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Blueprint, QuotaDemand } from "../../programs/blueprint.ts";
import { readOperatingNotes } from "../../programs/operatingNotes.ts";
import { type ReachedRegion, type ReachingStack, reachedRegions } from "../../programs/reachedRegions.ts";
import { type Caller, requirePermission } from "../base/caller.ts";
import { type Fault, Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import type { BlueprintManifest, BlueprintView, PublishBlueprint } from "./blueprint.ts";
import {
  countHolders,
  deletePublication,
  findArchive,
  findInputSchema,
  findReaches,
  findVersion,
  insertArtefact,
  insertPublication,
  listPresent,
  listPresentDigests,
  listVersions,
  lockArtefact,
  position,
  type Sight,
} from "./blueprintStore.ts";
import { type CheckedInputs, checkBySchema, checkWithin, inputsObject } from "./checkedInputs.ts";
import { receiveArtefact } from "./receivedArtefact.ts";
import { checkAgainst } from "./schemaCheck.ts";

/** A blueprint as a team knows it. */
export interface NamedBlueprint {
  readonly team: string;
  readonly name: string;
}

/** Who asks; admins say which team. */
interface Asking {
  readonly caller: Caller;
  readonly team?: string | undefined;
}

export interface BlueprintService {
  /** Publishes the artefacts of this checkout to everyone, so that a stack set can name the one it was made with. */
  register(db: Database): Promise<void>;
  /** The present artefact of each name. */
  list(db: Database, request: PageRequest & Asking): Promise<Page<BlueprintView>>;
  get(db: Database, request: Asking & { readonly name: string }): Promise<BlueprintView>;
  versions(db: Database, request: PageRequest & Asking & { readonly name: string }): Promise<Page<BlueprintView>>;
  version(db: Database, request: Asking & { readonly name: string; readonly digest: string }): Promise<BlueprintView>;
  publish(
    tx: Tx,
    request: PublishBlueprint,
    caller: Caller,
  ): Promise<{ readonly blueprint: BlueprintView; readonly fresh: boolean }>;
  remove(tx: Tx, request: Asking & { readonly name: string; readonly digest: string }): Promise<BlueprintView>;
  /** The digest of the artefact that a new stack set is made with; undefined when the team sees no such blueprint. */
  digestOf(db: Database, blueprint: NamedBlueprint): Promise<string | undefined>;
  /** Whether the team may build from this artefact under this name. */
  has(db: Database, blueprint: NamedBlueprint & { readonly digest: string }): Promise<boolean>;
  names(db: Database, team: string): Promise<readonly string[]>;
  /**
   * Checks inputs against one artefact and fills in the defaults; pointers of faults begin with `/inputs`. For the checkout's own it is
   * the whole check. For others it is their stored schema's: their programs run in runners only, which check the rest before an engine
   * starts. What stands at one of the pointers `unknownAt` (from the inputs' root) is not known yet: the rest is checked as far as it
   * can be, and the inputs are answered as they were given.
   */
  checkInputs(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    inputs: unknown,
    unknownAt?: readonly string[],
  ): Promise<CheckedInputs>;
  /** The inputs without those that merely are the defaults of an artefact: what somebody gave, as far as can be told. */
  withoutDefaults(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    inputs: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** The archive that a runner host asks for. */
  archiveOf(db: Database, digest: string): Promise<Buffer | undefined>;
  /**
   * What of the inputs does not fit one of the regions; pointers begin with `/inputs`. Nothing where they do not fit the schema, and of
   * artefacts that are not the checkout's own: their programs say it when they run.
   */
  regionFaults(
    artefact: { readonly name: string; readonly digest: string },
    asked: { readonly inputs: unknown; readonly regions: readonly string[] },
  ): readonly Fault[];
  /** The regions beside its own in which a stack of the artefact makes things. */
  reachOf(
    db: Database,
    artefact: { readonly name: string; readonly digest: string },
    stack: ReachingStack,
  ): Promise<readonly ReachedRegion[]>;
  /** What inputs ask of quotas. Nothing when they do not fit the schema, and of artefacts that are not the checkout's own. */
  demandsOf(
    artefact: { readonly name: string; readonly digest: string },
    asked: { readonly inputs: unknown; readonly environment: string },
  ): readonly QuotaDemand[];
}

export interface BlueprintDeps {
  readonly blueprints: readonly Blueprint[];
  readonly digestOf: (name: string) => string;
  /** Without it, runner hosts have the programs in another way. */
  readonly archiveOf?: (name: string) => Buffer;
}

export function createBlueprintService(deps: BlueprintDeps): BlueprintService {
  const own = new Map(
    deps.blueprints.map((each) => [each.name, { blueprint: each, digest: deps.digestOf(each.name) }]),
  );
  const present = [...own.values()].map(({ digest }) => digest);
  const seenBy = (team: string): Sight => ({ team, present });

  async function current(db: Database, { team, name }: NamedBlueprint): Promise<BlueprintView | undefined> {
    const [found] = await listPresent(db, seenBy(team), { name, limit: 1 });
    return found;
  }

  async function sight(db: Database, { caller, team }: Asking): Promise<Sight> {
    const asked = teamOf(caller, team);
    await requireTeam(db, asked);
    return seenBy(asked);
  }

  async function find(
    db: Database,
    asked: Asking & { readonly name: string; readonly digest: string },
  ): Promise<BlueprintView> {
    const found = await findVersion(db, await sight(db, asked), asked);
    if (found === undefined) throw absent(`version of the blueprint ${asked.name}`, asked.digest);
    return found;
  }

  async function refuseTakenName(
    db: Database,
    { team, name }: { team: string | undefined; name: string },
  ): Promise<void> {
    const everyones = team === undefined ? undefined : await current(db, { team: "", name });
    if (!own.has(name) && everyones === undefined) return;
    const whose = own.has(name) ? "comes with the service" : "is everyone's";
    throw new Problem("already-exists", `The blueprint ${name} ${whose}. Choose another name in blueprint.json.`);
  }

  return {
    async register(db) {
      for (const { blueprint, digest } of own.values()) {
        const { name, version } = blueprint;
        const publishedBy = "service";
        const known = await findArchive(db, digest);
        const archive = known === undefined ? deps.archiveOf?.(name) : undefined;
        const manifest = await manifestOf(blueprint);
        await insertArtefact(db, { digest, name, version, manifest, archive, publishedBy });
        await insertPublication(db, { team: undefined, name, digest, origin: { kind: "release" }, publishedBy });
      }
    },
    async list(db, request) {
      const after = positionOf(request, z.string());
      const rows = await listPresent(db, await sight(db, request), { after, limit: request.pageSize + 1 });
      return toPage(rows, request, { key: (each) => each.name, item: (each) => each });
    },
    async get(db, { name, ...asking }) {
      const found = await current(db, { team: (await sight(db, asking)).team, name });
      if (found === undefined) throw absent("blueprint", name);
      return found;
    },
    async versions(db, { name, ...request }) {
      const after = positionOf(request, position);
      const rows = await listVersions(db, await sight(db, request), { name, after, limit: request.pageSize + 1 });
      if (rows.length === 0 && after === undefined) throw absent("blueprint", name);
      return toPage(rows, request, { key: (each) => [each.publishedAt, each.digest], item: (each) => each });
    },
    version: find,
    async publish(tx, { archive: text, digest: said, from, everyone, team: asked }, caller) {
      if (everyone) requirePermission(caller, "administer");
      const team = everyone ? undefined : teamOf(caller, asked);
      if (team !== undefined) await requireTeam(tx, team);
      const archive = Buffer.from(text, "base64");
      const { name, digest, manifest } = await receiveArtefact(archive, said);
      await lockArtefact(tx, digest);
      await refuseTakenName(tx, { team, name });
      const publishedBy = caller.name;
      await insertArtefact(tx, { digest, name, version: manifest.version, manifest, archive, publishedBy });
      const fresh = await insertPublication(tx, { team, name, digest, origin: from, publishedBy });
      const blueprint = await findVersion(tx, { team: team ?? "" }, { name, digest });
      if (blueprint === undefined) throw new Problem("internal", `The artefact ${digest} was not written.`);
      return { blueprint, fresh };
    },
    async remove(tx, asked) {
      await lockArtefact(tx, asked.digest);
      const found = await find(tx, asked);
      if (found.team === undefined) requirePermission(asked.caller, "administer");
      const { name, digest, team } = found;
      if (present.includes(digest)) {
        throw new Problem(
          "invalid-transition",
          `${digest} comes with the service and is published again at its next start.`,
        );
      }
      const holders = await countHolders(tx, { team, digest });
      if (holders > 0) {
        const detail = `${holders} stack sets, stacks and operations refer to ${digest}. It is kept for as long as they are.`;
        throw new Problem("invalid-transition", detail, { facts: { holders } });
      }
      await deletePublication(tx, { team, name, digest });
      return found;
    },
    async digestOf(db, { team, name }) {
      const [found] = await listPresentDigests(db, seenBy(team), { name });
      return found?.digest;
    },
    has: async (db, { team, ...artefact }) => (await findVersion(db, { team }, artefact)) !== undefined,
    names: async (db, team) => (await listPresentDigests(db, seenBy(team))).map(({ name }) => name),
    async checkInputs(db, { name, digest }, inputs, unknownAt = []) {
      const known = own.get(name);
      if (known?.digest === digest) return checkWithin(known.blueprint, inputs, unknownAt);
      const schema = await findInputSchema(db, digest);
      if (schema === undefined) throw absent(`version of the blueprint ${name}`, digest);
      return checkBySchema(schema, inputs, unknownAt);
    },
    async withoutDefaults(db, { digest }, inputs) {
      const schema = await findInputSchema(db, digest);
      const required = z.object({ required: z.array(z.string()).default([]) }).safeParse(schema).data?.required ?? [];
      const needed = Object.fromEntries(Object.entries(inputs).filter(([name]) => required.includes(name)));
      const filled = await checkAgainst({ schema, inputs: needed });
      if (filled.outcome !== "fits") return inputs;
      const defaults = inputsObject.parse(filled.inputs);
      const given = ([name, value]: [string, unknown]) =>
        required.includes(name) || !isDeepStrictEqual(value, defaults[name]);
      return Object.fromEntries(Object.entries(inputs).filter(given));
    },
    archiveOf: findArchive,
    regionFaults({ name, digest }, { inputs, regions }) {
      const known = own.get(name);
      const result = known?.digest === digest ? known.blueprint.inputs.safeParse(inputs) : undefined;
      if (known === undefined || result?.success !== true) return [];
      const problems = regions.flatMap((region) => known.blueprint.problemsIn?.(region, result.data) ?? []);
      return problems.map(({ pointer, message }) => ({ pointer: `/inputs${pointer}`, detail: message }));
    },
    async reachOf(db, { name, digest }, stack) {
      const known = own.get(name);
      const reaches = known?.digest === digest ? (known.blueprint.reaches ?? []) : await findReaches(db, digest);
      return reachedRegions(reaches, stack);
    },
    demandsOf({ name, digest }, { inputs, environment }) {
      const known = own.get(name);
      if (known?.digest !== digest) return [];
      const result = known.blueprint.inputs.safeParse(inputs);
      return result.success
        ? (known.blueprint.demands?.(result.data, { production: environment === "production" }) ?? [])
        : [];
    },
  };
}

async function manifestOf(blueprint: Blueprint): Promise<BlueprintManifest> {
  const { version, title, description, outputs } = blueprint;
  const { text, diagram, objectives, alarms, procedures, runbooks } = await readOperatingNotes(blueprint.folder);
  return {
    version,
    title,
    description,
    inputs: z.toJSONSchema(blueprint.inputs, { io: "input" }),
    outputs: outputs.map((output) => ({ ...output })),
    reaches: [...(blueprint.reaches ?? [])],
    example: inputsObject.parse(blueprint.example),
    notes: text,
    diagram,
    objectives,
    alarms,
    procedures,
    runbooks: [...runbooks],
  };
}
