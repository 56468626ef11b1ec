import { mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { canonicalForm } from "../../../api/state/deployments/canonicalForm.ts";
import type { Deployment, Resource } from "../../../api/state/deployments/deployment.ts";
import { type Laptop, setUpLaptop } from "../support/pulumiCli.ts";
import { keys, startTestBackend, type TestBackend } from "../support/testBackend.ts";
import { startTestProvider, type TestProvider } from "../support/testProvider.ts";

/** Two dozen updates by the stock CLI, each a process of its own. */
vi.setConfig({ testTimeout: 600_000 });

const STACK = "compared";
const RUNS = 12;

interface Place {
  readonly provider: TestProvider;
  readonly laptop: Laptop;
}

let backend: TestBackend;
let meridian: Place;
let files: Place;

async function place(url: (folder: string) => string): Promise<Place> {
  const provider = await startTestProvider();
  const laptop = await setUpLaptop({ url: "", key: keys.operator, providerPort: provider.port });
  const settings = { PULUMI_BACKEND_URL: url(laptop.folder), PULUMI_CONFIG_PASSPHRASE: "hush" };
  return { provider, laptop: { ...laptop, run: (args, env) => laptop.run(args, { ...settings, ...env }) } };
}

beforeAll(async () => {
  backend = await startTestBackend();
  meridian = await place(() => backend.url);
  files = await place((folder) => `file://${path.join(folder, "states")}`);
  await mkdir(path.join(files.laptop.folder, "states"));
  for (const { laptop } of [meridian, files]) {
    await laptop.program("");
    expect((await laptop.run(["stack", "init", STACK])).code).toBe(0);
  }
});
afterAll(async () => {
  for (const { laptop, provider } of [meridian, files]) {
    await laptop.close();
    provider.stop();
  }
  await backend.close();
});

/**
 * The program of a run. Each resource depends on the one before: otherwise resources would stand in the order in which they
 * happened to be made, and the provider would number them so.
 */
function programOf(run: number): string {
  const names = ["a", "b", "c", "d", "e"].filter((_, index) => (run * 7 + index * 5) % 6 !== 0);
  const lines = names.map((name, index) => {
    const before = names[index - 1];
    const renamed = (run + index) % 9 === 0;
    const options = [
      before && `dependsOn: [${before}]`,
      (run + index) % 4 === 0 && "deleteBeforeReplace: true",
      run % 8 === 3 && index === 1 && "protect: true",
      renamed && `aliases: [{ name: "${name}" }]`,
      (run + index) % 7 === 0 && 'customTimeouts: { create: "5m" }',
    ].filter(Boolean);
    const properties = [
      `size: ${(run + index) % 3}`,
      `fixed: ${Math.floor((run + index) / 5)}`,
      (run + index) % 3 === 1 && `word: pulumi.secret("w${run % 4}")`,
    ].filter(Boolean);
    const type = "test:index:Thing";
    return `const ${name} = Thing("${name}${renamed ? "-renamed" : ""}", "${type}", { ${properties.join(", ")} }, { ${options.join(", ")} });`;
  });
  const fails = run % 6 === 5 ? 'throw new Error("as planned");' : "";
  return `${lines.join("\n")}\nexports.count = ${names.length};\nexports.word = pulumi.secret("w${run}");\n${fails}`;
}

function commandOf(run: number): readonly string[] {
  if (run % 8 === 6) return ["refresh", "--yes"];
  if (run % 12 === 11) return ["destroy", "--yes", "--exclude-protected"];
  if (run % 8 === 4) return ["up", "--yes", "--skip-preview", "--refresh"];
  if (run % 8 === 2) return ["up", "--yes", "--skip-preview", "--target", "**::b*", "--target-dependents"];
  return ["up", "--yes", "--skip-preview"];
}

/** Without what differs by nature: times, ids that the engine draws, and who sealed the secrets. */
async function stateIn({ laptop }: Place): Promise<unknown> {
  const { code, stdout } = await laptop.run(["stack", "export", "--show-secrets", "-s", STACK]);
  expect(code).toBe(0);
  const plain = stdout.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "drawn");
  const { deployment, ...rest } = JSON.parse(plain) as { version: number; deployment: Deployment };
  const { secrets_providers: _, resources = [], ...others } = deployment;
  const timeless = resources.map(
    ({ created: __, modified: ___, sourcePosition: ____, ...each }): Resource => each as Resource,
  ); // without two members that it may lack
  return canonicalForm({ ...rest, deployment: { ...others, resources: timeless } });
}

test("a dozen programs leave the same state here as on a file backend, with the same exit codes", async () => {
  for (let run = 0; run < RUNS; run += 1) {
    const ended: (number | null)[] = [];
    for (const { laptop } of [meridian, files]) {
      await laptop.program(programOf(run));
      ended.push((await laptop.run([...commandOf(run), "-s", STACK])).code);
    }
    expect([run, ended[0]]).toEqual([run, ended[1]]);
    if (run % 4 === 3) expect({ run, state: await stateIn(meridian) }).toEqual({ run, state: await stateIn(files) });
  }
  // Sorted, since refreshes and deletes that do not depend on each other go side by side.
  const made = ({ provider }: Place) => provider.calls.map(({ method, urn }) => `${method} ${urn}`).sort();
  expect(made(meridian)).toEqual(made(files));
  expect(new Set(made(meridian).map((call) => call.split(" ")[0]))).toEqual(
    new Set(["create", "update", "delete", "read"]),
  );
});
