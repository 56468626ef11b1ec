import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CliResult, type Laptop, type RunningCli, setUpLaptop } from "../../support/pulumiCli.ts";
import { keys, startTestBackend, TEAM, type TestBackend } from "../../support/testBackend.ts";
import { startTestProvider, type TestProvider } from "../../support/testProvider.ts";
import { canonicalState } from "./canonicalState.ts";

export const sides = ["file", "meridian"] as const;
export type Side = (typeof sides)[number];
export type Both<T> = Readonly<Record<Side, T>>;

/** The same machine twice, with the same project and cloud: one keeps its state in files, one in Meridian. */
export interface TwoBackends {
  readonly backend: TestBackend;
  readonly providers: Both<TestProvider>;
  readonly laptops: Both<Laptop>;
  /** Writes the program on both. */
  program(source: string): Promise<void>;
  /** Writes a file into both projects. */
  write(file: string, text: string): Promise<void>;
  /** Runs a command on both at once. `ORG` in it stands for what each calls the organization. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Both<CliResult>>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Both<RunningCli>;
  /** The state of every stack in canonical form, by name. */
  states(): Promise<Both<Readonly<Record<string, unknown>>>>;
  /** The stack settings that lie in both projects, without what seals their secrets, by file. */
  settings(): Promise<Both<Readonly<Record<string, string>>>>;
  close(): Promise<void>;
}

const organization: Both<string> = { file: "organization", meridian: TEAM };
const PASSPHRASE = { PULUMI_CONFIG_PASSPHRASE: "a passphrase for a test" };

export async function startTwoBackends(): Promise<TwoBackends> {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-files-"));
  const backend = await startTestBackend();
  const providers = { file: await startTestProvider(), meridian: await startTestProvider() };
  const laptops = {
    file: await setUpLaptop({ url: `file://${folder}`, key: "", providerPort: providers.file.port }),
    meridian: await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: providers.meridian.port }),
  };
  const start: TwoBackends["start"] = (args, env) =>
    both((side) => laptops[side].start(named(args, side), { ...PASSPHRASE, ...env }));
  return {
    backend,
    providers,
    laptops,
    program: async (source) => void (await bothDone((side) => laptops[side].program(source))),
    write: async (file, text) =>
      void (await bothDone((side) => writeFile(path.join(laptops[side].folder, file), text))),
    run: (args, env) => bothDone((side) => laptops[side].run(named(args, side), { ...PASSPHRASE, ...env })),
    start,
    states: () => bothDone((side) => (side === "file" ? statesInFiles(folder) : statesInService(backend))),
    settings: () => bothDone((side) => settingsIn(laptops[side].folder)),
    async close() {
      await bothDone((side) => laptops[side].close());
      for (const side of sides) providers[side].stop();
      await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const named = (args: readonly string[], side: Side) => args.map((arg) => arg.replaceAll("ORG", organization[side]));

const both = <T>(of: (side: Side) => T): Both<T> => ({ file: of("file"), meridian: of("meridian") });

async function bothDone<T>(of: (side: Side) => Promise<T>): Promise<Both<T>> {
  const [file, meridian] = await Promise.all([of("file"), of("meridian")]);
  return { file, meridian };
}

async function statesInFiles(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const stacks = path.join(folder, ".pulumi", "stacks", "game");
  await mkdir(stacks, { recursive: true });
  const files = (await readdir(stacks)).filter((file) => file.endsWith(".json"));
  const read = async (file: string) => JSON.parse(await readFile(path.join(stacks, file), "utf8"));
  const states = files.map(async (file) => [
    file.slice(0, -".json".length),
    canonicalState((await read(file)).checkpoint.latest),
  ]);
  return Object.fromEntries(await Promise.all(states));
}

async function statesInService(backend: TestBackend): Promise<Readonly<Record<string, unknown>>> {
  const stacks = await backend.state.listStacks({ team: TEAM, project: "game" });
  const states = stacks.map(async ({ id, name }) => [
    name,
    canonicalState((await backend.state.readDeployment(id)).deployment),
  ]);
  return Object.fromEntries(await Promise.all(states));
}

async function settingsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = (await readdir(folder)).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  const read = files.map(
    async (file): Promise<[string, string]> => [file, withoutSeals(await readFile(path.join(folder, file), "utf8"))],
  );
  // With a passphrase there is a file from the start, for its salt.
  return Object.fromEntries((await Promise.all(read)).filter(([, yaml]) => yaml !== ""));
}

const withoutSeals = (yaml: string): string =>
  yaml
    .replaceAll(/^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n/gm, "")
    .replaceAll(/secure: .*/g, "secure: <sealed>");
