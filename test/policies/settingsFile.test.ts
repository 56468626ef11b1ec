import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSettings, policyCatalogue } from "../../api/gate/index.ts";
import { pack, readSettingsFile } from "../../policies/index.ts";
import { parseJson } from "../../policies/parseJson.ts";
import { settingsSchema } from "../../policies/settingsSchema.ts";

test.each([
  ["{a}", "line 1, column 2: this is no JSON"],
  ['{\n  "a": 1,\n}', "line 3, column 1: this is no JSON"],
  ['{"a": [1, 2}', "line 1, column 12: this is no JSON"],
  ['{"a": 1} x', "line 1, column 10: this is no JSON"],
  ['{"a": tru', "line 1, column 7: this is no JSON"],
  ['{"a": 1', "line 1, column 8: the text ends too early"],
  ["", "line 1, column 1: the text ends too early"],
])("of %j it is told where it is no JSON", (text, fault) => {
  expect(parseJson(text)).toEqual({ fault });
});

test("a text has a place of a fault exactly when it is no JSON", () => {
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "x", ":"));
  fc.assert(
    fc.property(damaged, ([json, at, put]) => {
      const place = at % (json.length + 1);
      const text = json.slice(0, place) + put + json.slice(place + 1);
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      expect("value" in parseJson(text)).toBe(valid);
    }),
  );
});

const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile(settingsSchema(pack.rules));

test.each([
  {},
  { all: "advisory" },
  { "cost-limit-fleets": { enforcementLevel: "advisory", mostMachines: { staging: 3 } } },
  { "cost-limit-fleets": { mostMachines: { staging: -3 } } },
  { "cost-limit-fleets": { colour: "red" } },
  { "cost-limit-flets": "advisory" },
  { "cost-limit-fleets": "loud" },
])("the schema takes %j exactly when the service does", (given) => {
  expect(validate(given)).toBe(!("faults" in readSettingsFile(JSON.stringify(given), pack.rules)));
});

test("a broken file is refused at start with every fault, and a whole one shows in the catalogue", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-policies-"));
  const file = path.join(folder, "policies.json");
  await writeFile(file, '{\n "cost-limit-flets": "advisory",\n "cost-limit-fleets": "loud"\n}');
  await expect(openSettings(file)).rejects.toThrow(
    /2 fault\(s\):\n {2}cost-limit-fleets: the level.*\n {2}cost-limit-flets/,
  );
  await writeFile(file, '{"cost-limit-fleets": ');
  await expect(openSettings(file)).rejects.toThrow(/line 1, column 23: the text ends too early/);
  await expect(openSettings(path.join(folder, "none.json"))).rejects.toThrow(/cannot read .*none\.json \(ENOENT\)/);
  await writeFile(file, '{"cost-limit-fleets": {"enforcementLevel": "advisory", "mostMachines": {"staging": 3}}}');
  const { settings } = await openSettings(file);
  const fleets = policyCatalogue(settings).find(({ name }) => name === "cost-limit-fleets");
  expect(fleets).toMatchObject({ level: "advisory" });
  expect(fleets?.settings.find(({ name }) => name === "mostMachines")?.value).toMatchObject({ staging: 3 });
  await rm(folder, { recursive: true });
});
