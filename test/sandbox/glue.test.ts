import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const INVALID = "InvalidInputException";

const columns = (...names: readonly string[]) => ({ columns: names.map((name) => ({ name, type: "string" })) });

const cases: readonly ConformanceCase[] = [
  {
    type: DATABASE,
    smallest: () => ({ name: "telemetry" }),
    id: /^\d{12}:telemetry$/,
    outputs: {
      arn: /^arn:aws:glue:eu-west-1:\d{12}:database\/telemetry$/,
      catalogId: /^\d{12}$/,
      createTableDefaultPermissions: [
        { permissions: ["ALL"], principal: { dataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" } },
      ],
    },
    change: { description: "What happened", tags: { team: "data" } },
    replace: { name: "others" },
    spoiled: [
      { name: "a name in capitals", with: { name: "Telemetry" }, code: INVALID },
      { name: "a name of 256 characters", with: { name: "a".repeat(256) }, code: INVALID },
    ],
    taken: { code: "AlreadyExistsException" },
  },
  {
    type: TABLE,
    needs: async ({ make }) => ({ database: await make(DATABASE, { name: "telemetry" }) }),
    smallest: () => ({ name: "operations", databaseName: "telemetry" }),
    id: /^\d{12}:telemetry:operations$/,
    outputs: { arn: /^arn:aws:glue:eu-west-1:\d{12}:table\/telemetry\/operations$/, catalogId: /^\d{12}$/ },
    change: { storageDescriptor: columns("service", "players"), parameters: { classification: "parquet" } },
    replace: { name: "others" },
    spoiled: [
      { name: "a name in capitals", with: { name: "Operations" }, code: INVALID },
      { name: "a column twice", with: { storageDescriptor: columns("service", "Service") }, code: INVALID },
      {
        name: "a partition that is a column too",
        with: { partitionKeys: [{ name: "game", type: "string" }], storageDescriptor: columns("game") },
        code: INVALID,
        property: "storageDescriptor",
      },
      {
        name: "a type there is not",
        with: { storageDescriptor: { columns: [{ name: "players", type: "number" }] } },
        code: INVALID,
      },
      {
        name: "a database that does not exist",
        with: { databaseName: "nowhere" },
        code: "EntityNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
];

conformance(cases);

describe("a database of the catalogue", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its tables along, and no others", async () => {
    const engine = await sandbox.engine();
    const [one, other] = [
      await engine.create(DATABASE, { name: "one" }),
      await engine.create(DATABASE, { name: "other" }),
    ];
    const gone = await engine.create(TABLE, { name: "operations", databaseName: "one" });
    const stays = await engine.create(TABLE, { name: "operations", databaseName: "other" });
    await engine.remove(DATABASE, one);
    expect(await engine.read(TABLE, gone.id)).toBeUndefined();
    expect(await engine.read(TABLE, stays.id)).toBeDefined();
    await engine.remove(DATABASE, other);
  });
});
