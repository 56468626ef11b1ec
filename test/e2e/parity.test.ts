import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { UNKNOWN } from "../../policies/index.ts";
import { environments, exempted, fixturesOf, type ParityEnvironment, programsOf } from "./parity/programs.ts";
import { nameIn, policyOf, type Said, secretsApart, unsureOf } from "./parity/said.ts";
import { openParityWorld, type ParityWorld, REGION, stackOf, stackSetOf } from "./parity/world.ts";

/** Each preview registers some hundred resources, on a machine that others use too. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const packFolder = path.resolve(import.meta.dirname, "../../policies");

let world: ParityWorld;
beforeAll(async () => {
  world = await openParityWorld();
});
afterAll(() => world?.close());

/** These have the gate's word, and that of the runner's pack. */
const byOperation = ["operationPreview", "operationUp"] as const;
/** What the gate says of a preview it says by the engine's events. */
const byEvents = ["written", ...byOperation, "gateOnEvents", "serviceEvents"] as const;
/** These see what an update has made: nothing of it is unknown. */
const byState = ["gateOnState", "serviceState"] as const;
type Door =
  | (typeof byEvents | typeof byState)[number]
  | ("laptop" | "crossGuard" | "runners" | "gateOnProgram" | "gateOnPreview" | "servicePreview");

const doors: Partial<Record<ParityEnvironment, Readonly<Record<Door, Said>>>> = {};

async function throughEveryDoor(environment: ParityEnvironment): Promise<Readonly<Record<Door, Said>>> {
  const { project, folder, gate, gateOfService, preview } = world;
  const stack = stackOf(environment);
  await world.make(environment);
  await world.exempt(stack, { policy: "security-no-open-management-port", name: exempted.door });
  for (const name of [exempted.within, exempted.over])
    await world.exempt(stack, { policy: "cost-limit-fleets", name, ceiling: 500 });
  const { body: bundle } = await world.asked("GET", `/v1/gate/bundle?stack=${stack}`);
  expect(bundle.exemptions).toHaveLength(3);
  const file = async (name: string, content: unknown): Promise<string> => {
    await writeFile(path.join(folder, name), JSON.stringify(content));
    return path.join(folder, name);
  };
  const config = await file("config.json", bundle.config);
  const bundleFile = await file("bundle.json", bundle);
  await writeFile(path.join(project.folder, "programs.json"), JSON.stringify(programsOf(environment)));

  world.useService();
  await project.pulumi("config", "set", "aws:region", REGION, "-s", `default/meridian/${stack}`);
  const laptop = await preview("-s", `default/meridian/${stack}`);
  const written = await world.writtenDown(stack);
  const operations = await world.operate(environment);

  world.useOwnBackend();
  project.env["PULUMI_STACK"] = stack;
  await project.pulumi("stack", "init", stack);
  await project.pulumi("stack", "tag", "set", "meridian:environment", environment);
  await project.pulumi("stack", "tag", "set", "meridian:stack-set", stackSetOf(environment));
  const configured = ["--policy-pack-config", config];
  const crossGuard = await preview("--policy-pack", packFolder, ...configured);
  const runners = await preview("--policy-pack", await world.launch(), ...configured);
  const { output } = runners.run;
  const { steps } = JSON.parse(output.slice(0, output.lastIndexOf("}") + 1));
  const gateOnProgram = await gate("-C", project.folder, "--bundle", bundleFile);

  const up = await project.pulumi("up", "--yes", "--skip-preview"); // by no pack and no gate: so that there is a state of it
  expect(up.exitCode, up.output.slice(-2_000)).toBe(0);
  const deployment = JSON.parse((await project.pulumi("stack", "export")).output);
  delete project.env["PULUMI_STACK"];
  return {
    laptop: laptop.said,
    crossGuard: crossGuard.said,
    runners: runners.said,
    written,
    operationPreview: operations.preview,
    operationUp: operations.up,
    gateOnProgram,
    gateOnPreview: await gate("--preview", await file("preview.json", { steps }), "--bundle", bundleFile),
    gateOnEvents: await gate("--events", runners.log, "--bundle", bundleFile),
    gateOnState: await gate("--state", await file("state.json", deployment), "--bundle", bundleFile),
    servicePreview: await gateOfService({ preview: { steps }, digest: bundle.digest }),
    serviceEvents: await gateOfService({ events: runners.events }),
    serviceState: await gateOfService({ deployment, digest: bundle.digest }),
  };
}

describe.each(environments)("in %s", (environment) => {
  const of = (door: Door): Said => secretsApart(doors[environment]?.[door] ?? []);
  const saidOf = (name: string): Said =>
    of("crossGuard")
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));

  test("each door is asked", async () => {
    doors[environment] = await throughEveryDoor(environment);
    expect(of("crossGuard").length).toBeGreaterThan(15);
  });

  test.each(["laptop", "runners", "gateOnProgram", "gateOnPreview", "servicePreview"] as const)(
    "%s says what the pack says in an engine",
    (door) => expect(of(door)).toEqual(of("crossGuard")),
  );

  test.each(byEvents)("%s says the same, but for what hangs on to what a value will refer", (door) => {
    const resources = programsOf(environment).flatMap((program) => program.resources);
    const referring = resources.filter(({ references = {} }) => Object.keys(references).length > 0);
    const unsure = unsureOf(of(door), of("crossGuard"), new Set(referring.map(({ name }) => name)));
    const sure = (said: Said) => said.filter((line) => !unsure.has(policyOf(line)));
    expect(sure(of(door))).toEqual(sure(of("crossGuard")));
  });

  test.each(byOperation)("%s has each refusal of the pack, what is secret or referred to as well", (door) => {
    const refusals = (said: Said = []) => said.filter((line) => line.endsWith(" fail mandatory"));
    expect(refusals(doors[environment]?.[door])).toEqual(refusals(doors[environment]?.crossGuard));
  });

  test.each(byState)("%s says the same of what is known", (door) => {
    const unknown = new Set(
      programsOf(environment)
        .filter(({ resources }) => JSON.stringify(resources).includes(UNKNOWN))
        .flatMap(({ resources }) => resources.map(({ name }) => name)),
    );
    const known = (said: Said) => said.filter((line) => !unknown.has(nameIn(line)));
    expect(known(of(door))).toEqual(known(of("crossGuard")));
  });

  test("settings and exemptions hold there", () => {
    expect(saidOf("open-door")).toContain("security-no-open-management-port fail mandatory");
    expect(saidOf(exempted.door)).toContain("security-no-open-management-port exempted advisory");
    expect(saidOf(exempted.within)).toContain("cost-limit-fleets exempted advisory");
    expect(saidOf(exempted.over)).toContain("cost-limit-fleets fail mandatory");
    expect(saidOf("limit-that-is-set").filter((line) => line.startsWith("cost-limit-fleets"))).toEqual([]);
    expect(saidOf("unknown-size")).toContain("cost-limit-fleets unknown advisory");
    const said = of("crossGuard");
    expect(said.map(policyOf)).not.toContain("cost-recommend-tags");
    const relaxed = said.filter((line) => policyOf(line) === "security-require-session-metadata");
    expect(relaxed.filter((line) => !line.endsWith("advisory"))).toEqual([]);
  });

  test("what no resource can tell alone is told of the right one", () => {
    const missing = {
      "security-require-public-access-block fail mandatory": ["open-bucket-it", "closed-bucket-it"],
      "reliability-use-backup-plans fail advisory": ["unused-plan-it", "used-plan-it"],
      "cost-no-idle-addresses fail advisory": ["idle-address-it", "used-address-it"],
      ...(environment === "production" && {
        "reliability-keep-cluster-members fail advisory": ["one-member-it", "two-members-it"],
        "reliability-require-nat-per-zone fail mandatory": ["shared-gateway-in-b", "zoned-gateways-in-b"],
        "kubernetes-require-disruption-budgets fail advisory": ["bare-pods-it", "guarded-pods-it"],
      }),
    };
    for (const [line, [amiss = "", right = ""]] of Object.entries(missing)) {
      expect(saidOf(amiss)).toContain(line);
      expect(saidOf(right)).not.toContain(line);
    }
  });

  test("a secret is judged in clear by a pack, and is not known to who sees the events alone", () => {
    const hidden = (door: Door) =>
      (doors[environment]?.[door] ?? []).filter((line) => line.startsWith("secret-tag security-no-open"));
    for (const door of ["laptop", "crossGuard", "runners"] as const)
      expect(hidden(door), door).toEqual(["secret-tag security-no-open-management-port fail mandatory"]);
  });
});

test("the programs are at least forty, and each rule that they are about has said something somewhere", () => {
  const programs = environments.flatMap((environment) => programsOf(environment));
  expect(programs.length).toBeGreaterThan(40);
  const said = new Set(Object.values(doors).flatMap((told) => told.crossGuard.map(policyOf)));
  const about = environments
    .flatMap(fixturesOf)
    .filter(({ policy, spoiled }) => Object.keys(spoiled).length > 0 && policy !== "cost-recommend-tags");
  expect([...new Set(about.map(({ policy }) => policy))].filter((policy) => !said.has(policy))).toEqual([]);
});
