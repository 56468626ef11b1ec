import { z } from "zod";
import type { Blueprint } from "../../programs/blueprint.ts";
import { readOperatingNotes } from "../../programs/operatingNotes.ts";
import type { Fault } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { faultsOf } from "../http/parse.ts";
import { absent } from "../http/schemas.ts";
import type { BlueprintView } from "./blueprint.ts";
import { knownFaults } from "./knownFaults.ts";

type CheckedInputs =
  | { readonly inputs: Readonly<Record<string, unknown>>; readonly faults?: undefined }
  | { readonly faults: readonly Fault[] };

export interface BlueprintService {
  /** Puts the artefacts of this checkout on record, so that a stack set can name the one it was made with. */
  register(db: Database): Promise<void>;
  list(db: Database, request: PageRequest): Promise<Page<BlueprintView>>;
  get(db: Database, name: string): Promise<BlueprintView>;
  /** The digest of the artefact that a new stack set is made with; undefined when there is no such blueprint. */
  digestOf(name: string): string | undefined;
  names(): readonly string[];
  /**
   * Checks inputs and fills in the defaults; pointers of faults begin with `/inputs`. What stands at one of the pointers `unknownAt`
   * (from the inputs' root) is not known yet: the rest is checked as far as it can be, and the inputs are answered as they were given.
   */
  checkInputs(name: string, inputs: unknown, unknownAt?: readonly string[]): CheckedInputs;
}

export interface BlueprintDeps {
  readonly blueprints: readonly Blueprint[];
  readonly digestOf: (name: string) => string;
}

export function createBlueprintService({ blueprints, digestOf }: BlueprintDeps): BlueprintService {
  const byName = new Map(blueprints.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]));

  async function view(db: Database, blueprint: Blueprint): Promise<BlueprintView> {
    const { name, version, title, description, outputs } = blueprint;
    const digest = digestOf(name);
    const { text, diagram, objectives, alarms, runbooks } = await readOperatingNotes(blueprint.folder);
    const artefact = await db
      .selectFrom("blueprintArtefacts")
      .select("publishedAt")
      .where("digest", "=", digest)
      .executeTakeFirstOrThrow();
    return {
      name,
      version,
      digest,
      title,
      description,
      inputs: z.toJSONSchema(blueprint.inputs, { io: "input" }),
      outputs: outputs.map((output) => ({ ...output })),
      example: inputsObject.parse(blueprint.example),
      notes: text,
      diagram,
      objectives: [...objectives],
      alarms: [...alarms],
      runbooks: [...runbooks],
      publishedAt: artefact.publishedAt.toISOString(),
    };
  }

  return {
    async register(db) {
      for (const blueprint of byName.values()) {
        const { name, version, title, outputs } = blueprint;
        const manifest = { title, inputs: z.toJSONSchema(blueprint.inputs, { io: "input" }), outputs };
        await db
          .insertInto("blueprintArtefacts")
          .values({ digest: digestOf(name), name, version, manifest: JSON.stringify(manifest), publishedBy: "service" })
          .onConflict((conflict) => conflict.column("digest").doNothing())
          .execute();
      }
    },
    async list(db, request) {
      const after = positionOf(request, z.string());
      const names = [...byName.keys()].filter((name) => after === undefined || name > after);
      const rows = [...byName.values()].filter(({ name }) => names.includes(name)).slice(0, request.pageSize + 1);
      const views = await Promise.all(rows.map((blueprint) => view(db, blueprint)));
      return toPage(views, request, { key: (each) => each.name, item: (each) => each });
    },
    async get(db, name) {
      const blueprint = byName.get(name);
      if (blueprint === undefined) throw absent("blueprint", name);
      return view(db, blueprint);
    },
    digestOf: (name) => (byName.has(name) ? digestOf(name) : undefined),
    names: () => [...byName.keys()],
    checkInputs(name, inputs, unknownAt = []) {
      const blueprint = byName.get(name);
      if (blueprint === undefined) throw absent("blueprint", name);
      const result = blueprint.inputs.safeParse(inputs);
      const faults = result.success ? [] : faultsOf(knownFaults(result.error, unknownAt), "/inputs");
      if (faults.length > 0) return { faults };
      return { inputs: inputsObject.parse(result.success && unknownAt.length === 0 ? result.data : inputs) };
    },
  };
}

const inputsObject = z.record(z.string(), z.unknown());
