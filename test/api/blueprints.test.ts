import { afterAll, beforeAll, expect, test } from "vitest";
import { createBlueprintService } from "../../api/blueprints/blueprintService.ts";
import { artefactDigest } from "../../programs/artefacts/ownArtefact.ts";
import { catalog, isBlueprintName } from "../../programs/catalog.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { testBlueprint } from "./fixtures.ts";

let api: Harness;
let key: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("viewer");
});
afterAll(() => api.close());

test("a blueprint shows the schema of its inputs, its outputs, and its notes without what machines read", async () => {
  const { body } = await api.send("GET", "/v1/blueprints/arena", { key });
  expect(body).toMatchObject({
    name: "arena",
    version: "1.2.3",
    digest: "sha256:arena",
    inputs: {
      type: "object",
      properties: { colour: { default: "blue" } },
      required: ["players"],
      additionalProperties: false,
    },
    outputs: [{ name: "endpoint", secret: false }],
    example: { players: 100 },
    notes: "# Operating the arena\n\nSweep it.\n",
    diagram: "graph TD\n  gate --> arena\n",
    objectives: [{ name: "entry", target: "99.9", windowDays: 30 }],
    alarms: [{ name: "gate-shut", severity: "page", runbook: "open-the-gate" }],
    runbooks: [{ name: "open-the-gate", title: "Open the gate", severity: "page", text: "Turn the wheel.\n" }],
  });
  const list = await api.send("GET", "/v1/blueprints", { key });
  expect(list.body.items).toEqual([body]);
  expectProblem(await api.send("GET", "/v1/blueprints/castle", { key }), "not-found");
});

test("registering again changes nothing, and another artefact stands beside the first", async () => {
  const digestOf = () => "sha256:newer";
  const newer = createBlueprintService({ blueprints: [testBlueprint], digestOf });
  await newer.register(api.db);
  await newer.register(api.db);
  const rows = await api.db.selectFrom("blueprintArtefacts").select("digest").orderBy("digest").execute();
  expect(rows).toEqual([{ digest: "sha256:arena" }, { digest: "sha256:newer" }]);
});

test("the blueprints of this checkout can be registered, listed and checked", async () => {
  const service = createBlueprintService({
    blueprints: Object.values(catalog.blueprints),
    digestOf: (name) => {
      if (!isBlueprintName(name)) throw new Error(`no blueprint ${name}`);
      return artefactDigest(name);
    },
  });
  await service.register(api.db);
  const caller = { id: "key_1", name: "tester", person: "tester", role: "viewer", team: "default" } as const;
  const { items } = await service.list(api.db, { pageSize: 50, caller });
  const own = items.filter(({ name }) => isBlueprintName(name));
  expect(own.map(({ name }) => name)).toEqual(Object.keys(catalog.blueprints).toSorted());
  for (const { digest } of own) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const artefact = { name: "game-servers", digest: artefactDigest("game-servers") };
  const checked = await service.checkInputs(api.db, artefact, {});
  expect(checked.faults).toBeUndefined();
  const refused = await service.checkInputs(api.db, artefact, { peakPlayers: -1, nonsense: true });
  expect(refused.faults?.map(({ pointer }) => pointer).sort()).toEqual(["/inputs/nonsense", "/inputs/peakPlayers"]);
});
