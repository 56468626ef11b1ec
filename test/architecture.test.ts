import { readdirSync } from "node:fs";
import path from "node:path";
import { cruise, type IModule } from "dependency-cruiser";
import { beforeAll, expect, test } from "vitest";

/** Which rooms a room may import; a path narrows it to one file or folder. `bench` and `test` may import everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  pricing: [],
  // What a thing costs is the same at every door, and must not be asked of a service.
  policies: ["pricing/index.ts"],
  programs: [],
  sandbox: [],
  toolchain: [],
  runner: ["programs/"],
  // A database is filled before there is a service to ask, hence the backups.
  cli: [
    "toolchain/",
    "sandbox/index.ts",
    // The gate of a pipeline that has no service to ask (docs/adr/0034).
    "policies/index.ts",
    "api/backups/index.ts",
    "programs/artefacts/archive.ts",
    "programs/artefacts/artefactFile.ts",
    "programs/artefacts/artefactManifest.ts",
  ],
  api: [
    "pricing/index.ts",
    "runner/wire.ts",
    "runner/packs/index.ts",
    "programs/catalog.ts",
    "programs/artefacts/",
    "programs/blueprint.ts",
    "programs/operatingNotes.ts",
    "programs/reachedRegions.ts",
    "programs/urnMark.ts",
  ],
};

/** The folders of api that know of no noun, each with the plumbing it stands on. */
const plumbing: Readonly<Record<string, readonly string[]>> = {
  base: [],
  chain: ["base", "db"],
  db: ["base"],
  durable: ["base", "db"],
  http: ["base", "db"],
};

const root = path.resolve(import.meta.dirname, "..");
const isTop = (file: string): boolean =>
  ["api/main.ts", "api/wiring.ts", "api/app.ts"].includes(file) || file.startsWith("api/wiring/");
/** `eager`: loaded together with the file that imports it, which a type and a dynamic import are not. */
let arrows: readonly { readonly from: string; readonly to: string; readonly eager: boolean }[];

beforeAll(async () => {
  const rooms = Object.keys(mayImport).filter((room) => readdirSync(root).includes(room));
  const { output } = await cruise(rooms, {
    baseDir: root,
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js", ".cjs"] },
  });
  if (typeof output === "string") throw new Error("expected the graph itself");
  arrows = output.modules.flatMap((module: IModule) =>
    module.dependencies.map(({ resolved, dynamic, dependencyTypes }) => {
      const eager = !dynamic && !dependencyTypes.includes("type-only");
      return { from: module.source, to: resolved, eager };
    }),
  );
});

const inside = (room: string) => (file: string) => file.startsWith(`${room}/`);
const isOurs = (file: string) => Object.keys(mayImport).some((room) => inside(room)(file));
const folderOf = (file: string) => file.split("/").slice(0, 2).join("/");
const show = (found: readonly { from: string; to: string }[]) => found.map(({ from, to }) => `${from} -> ${to}`);

test("the graph was read: the rooms that stand import things", () => {
  expect(arrows.length).toBeGreaterThan(300);
});

test("a room imports only the rooms it may know", () => {
  const forbidden = arrows.filter(({ from, to }) => {
    const room = from.split("/")[0] ?? "";
    if (!isOurs(to) || inside(room)(to) || isTop(from)) return false;
    if (from.startsWith("api/gate/") && to.startsWith("policies/")) return false;
    return !mayImport[room]?.some((allowed) => to.startsWith(allowed));
  });
  expect(show(forbidden)).toEqual([]);
});

test("nothing imports the top of the service", () => {
  expect(show(arrows.filter(({ from, to }) => isTop(to) && !isTop(from)))).toEqual([]);
});

test("plumbing imports no noun, and only the plumbing below it", () => {
  const forbidden = arrows.filter(({ from, to }) => {
    const [, folder = ""] = from.split("/");
    const known = inside("api")(from) ? plumbing[folder] : undefined;
    if (known === undefined || !inside("api")(to)) return false;
    const target = to.split("/")[1] ?? "";
    return target !== folder && !known.includes(target);
  });
  expect(show(forbidden)).toEqual([]);
});

test("the folders of api have no cycle among them", () => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    if (!inside("api")(from) || !inside("api")(to) || isTop(from) || folderOf(from) === folderOf(to)) continue;
    graph.set(folderOf(from), (graph.get(folderOf(from)) ?? new Set()).add(folderOf(to)));
  }
  const cycles: string[] = [];
  const visit = (folder: string, trail: readonly string[]): void => {
    if (trail.includes(folder)) {
      cycles.push([...trail.slice(trail.indexOf(folder)), folder].join(" -> "));
      return;
    }
    for (const next of graph.get(folder) ?? []) visit(next, [...trail, folder]);
  };
  for (const folder of graph.keys()) visit(folder, []);
  expect([...new Set(cycles)]).toEqual([]);
});

test("the state backend knows no noun above it", () => {
  const below = ["api/base", "api/db", "api/gate", "api/state"];
  const forbidden = arrows.filter(
    ({ from, to }) => inside("api/state")(from) && inside("api")(to) && !below.includes(folderOf(to)),
  );
  expect(show(forbidden)).toEqual([]);
});

test("only the runner loads Pulumi's Automation API", () => {
  const automation = arrows.filter(({ from, to }) => to.includes("@pulumi/pulumi/automation") && isOurs(from));
  expect(show(automation.filter(({ from }) => !inside("runner")(from)))).toEqual([]);
});

test("the catalog of blueprints, which the service reads, loads no Pulumi SDK", () => {
  const reached = new Set(["programs/catalog.ts"]);
  for (const file of reached) {
    for (const { from, to, eager } of arrows) if (eager && from === file && inside("programs")(to)) reached.add(to);
  }
  const loading = arrows.filter(({ from, to, eager }) => eager && reached.has(from) && to.includes("@pulumi/"));
  expect(show(loading)).toEqual([]);
});
