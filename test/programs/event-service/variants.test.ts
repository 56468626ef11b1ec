import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type EventKind,
  type EventKinds,
  isAccessible,
  needs,
  platforms,
  variantFaults,
  variantsDocument,
  variantsSchema,
} from "../../../programs/event-service/variants.ts";
import { startTestSandbox, type TestSandbox } from "../../sandbox/testSandbox.ts";
import { festival } from "./kinds.ts";
import { loadHandler } from "./loadHandler.ts";

const { variantFor } = await loadHandler("configuration");

const variant = fc.record({
  name: fc.constantFrom("full", "calm", "touch"),
  ruleset: fc.constantFrom("standard", "gentle"),
  serves: fc.oneof(fc.subarray([...needs]), fc.constant([...needs])),
});
const eventKind: fc.Arbitrary<EventKind> = fc.record({
  pool: fc.constantFrom("shared", "separate"),
  platforms: fc.dictionary(fc.constantFrom(...platforms), fc.array(variant, { minLength: 1, maxLength: 4 }), {
    minKeys: 1,
    noNullPrototype: true,
  }),
});

const documentOf = (kind: EventKind) => {
  const { kinds } = variantsDocument({ festival: kind });
  return kinds["festival"];
};
const everyList = (kind: EventKind) => Object.values(kind.platforms);

describe("accessibility: a kind of game event that is accepted", () => {
  it("has on each of its platforms a variant for every need and every combination of needs", () => {
    fc.assert(
      fc.property(eventKind, fc.subarray([...needs]), (kind, asked) => {
        fc.pre(variantFaults({ festival: kind }).length === 0);
        for (const platform of Object.keys(kind.platforms)) {
          const found = variantFor(documentOf(kind), platform, asked);
          expect([platform, found?.name]).toEqual([platform, expect.any(String)]);
        }
      }),
    );
  });

  it("is none where one platform leaves somebody out, and the refusal names the platform", () => {
    fc.assert(
      fc.property(eventKind, (kind) => {
        const excluding = Object.entries(kind.platforms)
          .filter(([, variants]) => !variants.some(isAccessible))
          .map(([platform]) => platform);
        const named = variantFaults({ festival: kind })
          .filter(({ message }) => message.includes("players are left out"))
          .map(({ path }) => path[2]);
        expect(named).toEqual(excluding);
      }),
    );
  });
});

describe("cross-play: a shared pool that is accepted", () => {
  it("brings players with the same needs together, on whatever platform", () => {
    fc.assert(
      fc.property(eventKind, fc.subarray([...needs]), (given, asked) => {
        const kind: EventKind = { ...given, pool: "shared" };
        fc.pre(variantFaults({ festival: kind }).length === 0);
        const found = Object.keys(kind.platforms).map(
          (platform) => variantFor(documentOf(kind), platform, asked)?.ruleset,
        );
        expect(new Set(found).size).toBe(1);
        expect(found[0]).toBeDefined();
      }),
    );
  });

  it("lets every platform join every session: each has each ruleset", () => {
    fc.assert(
      fc.property(eventKind, (given) => {
        const kind: EventKind = { ...given, pool: "shared" };
        fc.pre(variantFaults({ festival: kind }).length === 0);
        const sets = everyList(kind).map((variants) =>
          [...new Set(variants.map(({ ruleset }) => ruleset))].sort().join(),
        );
        expect(new Set(sets).size).toBe(1);
      }),
    );
  });

  it("is refused with the platform and the ruleset that it lacks", () => {
    const { mobile: _, ...others } = festival.platforms;
    const kinds = {
      festival: { pool: "shared", platforms: { ...others, mobile: festival.platforms.mobile.slice(1) } },
    };
    const faults = variantFaults(served(kinds));
    expect(faults).toEqual([
      { path: ["festival", "platforms", "mobile"], message: expect.stringContaining("a variant of ruleset standard") },
    ]);
  });

  it("is refused when people with needs could play everywhere, and nowhere together", () => {
    const all = [...needs];
    const list = (gentle: boolean) => [
      { name: "one", ruleset: "standard", serves: gentle ? [] : all },
      { name: "two", ruleset: "gentle", serves: gentle ? all : [] },
    ];
    const faults = variantFaults({ festival: { pool: "shared", platforms: { pc: list(true), mobile: list(false) } } });
    expect(faults).toEqual([{ path: ["festival", "platforms"], message: expect.stringContaining("cannot meet") }]);
    expect(
      variantFaults({ festival: { pool: "separate", platforms: { pc: list(true), mobile: list(false) } } }),
    ).toEqual([]);
  });
});

/** With empty lists where a variant serves nobody in particular, as the schema of the inputs fills in. */
function served(kinds: unknown): EventKinds {
  return JSON.parse(JSON.stringify(kinds), (_, value) =>
    typeof value === "object" && value !== null && "ruleset" in value ? { serves: [], ...value } : value,
  );
}

describe("the validator of the rollout, in the sandbox", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  async function rollout(documents: readonly unknown[]): Promise<readonly string[]> {
    const engine = await sandbox.engine();
    const type = (name: string) => `aws:appconfig/${name.slice(0, 1).toLowerCase()}${name.slice(1)}:${name}`;
    const { id: applicationId } = await engine.create(type("Application"), { name: "events" });
    const environment = await engine.create(type("Environment"), { applicationId, name: "live" });
    const profile = await engine.create(type("ConfigurationProfile"), {
      applicationId,
      name: "variants",
      locationUri: "hosted",
      validators: [{ type: "JSON_SCHEMA", content: JSON.stringify(variantsSchema) }],
    });
    const { id: deploymentStrategyId } = await engine.create(type("DeploymentStrategy"), {
      name: "guarded",
      deploymentDurationInMinutes: 10,
      growthFactor: 20,
      replicateTo: "NONE",
    });
    const configurationProfileId = String(profile.outputs["configurationProfileId"]);
    const said: string[] = [];
    for (const document of documents) {
      const version = await engine.create(type("HostedConfigurationVersion"), {
        applicationId,
        configurationProfileId,
        contentType: "application/json",
        content: JSON.stringify(document),
      });
      const attempt = engine.create(type("Deployment"), {
        applicationId,
        environmentId: String(environment.outputs["environmentId"]),
        configurationProfileId,
        configurationVersion: String(version.outputs["versionNumber"]),
        deploymentStrategyId,
      });
      said.push(
        await attempt.then(
          () => "rolled out",
          (error: Error) => error.message,
        ),
      );
    }
    return said;
  }

  it("refuses a game event without an accessible variant, whoever rolls it out, and takes one with it", async () => {
    const kinds = served({ "harvest-festival": festival });
    const good = variantsDocument(kinds);
    const spoiled = JSON.parse(JSON.stringify(good));
    spoiled.kinds["harvest-festival"].platforms.mobile[1].serves.motion = false;
    const empty = JSON.parse(JSON.stringify(good));
    empty.kinds["harvest-festival"].platforms.mobile = [];
    expect(await rollout([good, spoiled, empty, variantsDocument({})])).toEqual([
      "rolled out",
      expect.stringMatching(/BadRequestException: .*kinds\/harvest-festival\/platforms\/mobile/),
      expect.stringMatching(/BadRequestException: /),
      "rolled out",
    ]);
  });

  it("agrees with the inputs' own judgement on accessibility, for whatever document", async () => {
    const kinds = fc
      .sample(eventKind, { numRuns: 40, seed: 5 })
      .map((kind): EventKind => ({ ...kind, pool: "separate" }));
    const said = await rollout(kinds.map((kind) => variantsDocument({ festival: kind })));
    const expected = kinds.map((kind) => variantFaults({ festival: kind }).length === 0);
    expect(said.map((each) => each === "rolled out")).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([true, false]));
  });
});
