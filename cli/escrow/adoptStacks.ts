import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { CliError } from "../cliError.ts";
import { makeProject, projectFolder } from "./openEscrow.ts";
import { digestOf, type OpenedManifest, type OpenedStack, writeManifest } from "./openedFolder.ts";
import type { Pulumi } from "./pulumi.ts";
import { compareStanding, type ServiceStacks, type StackName, type Standing } from "./serviceStacks.ts";

export interface Adoption {
  readonly stack: string;
  readonly outcome: "adopted" | "unchanged" | "conflict" | "refused" | "missing" | "removed";
  readonly detail: string;
}

interface Adopting {
  readonly folder: string;
  readonly manifest: OpenedManifest;
  /** The backend of files, and the service. */
  readonly files: Pulumi;
  readonly service: Pulumi;
  readonly stacks: ServiceStacks;
  /** Where the service is, for the state's own record of it. */
  readonly serviceUrl: string;
  /** Makes stacks of the folder that the service does not have. */
  readonly makeMissing: boolean;
}

const listed = z.array(z.looseObject({ name: z.string() }));

/**
 * Takes what was done in a backend of files since the escrow was opened into the service, as new versions. Nothing is taken
 * back: where both have moved, neither is touched and the stack is named. Safe to run again.
 */
export async function adoptStacks(adopting: Adopting): Promise<readonly Adoption[]> {
  const { folder, manifest, files } = adopting;
  const present = listed.parse(JSON.parse(await files.run(["stack", "ls", "--all", "--json"], { folder })));
  const known = new Map(manifest.stacks.map((stack) => [`${stack.project}/${stack.name}`, stack]));
  // The organization of a backend of files is always called so.
  const names = present.map(({ name }) => name.replace(/^organization\//, ""));
  const adoptions: Adoption[] = [];
  for (const name of names) adoptions.push(await adoptOrSay(adopting, name, known.get(name)));
  const gone = [...known.keys()].filter((name) => !names.includes(name));
  return [...adoptions, ...gone.map(removedThere)];
}

async function adoptOrSay(adopting: Adopting, stack: string, known: OpenedStack | undefined): Promise<Adoption> {
  try {
    return await adoptStack(adopting, stack, known);
  } catch (error) {
    if (!(error instanceof CliError) || error.code === "unreachable") throw error;
    return { stack, outcome: "refused", detail: error.message };
  }
}

async function adoptStack(adopting: Adopting, stack: string, known: OpenedStack | undefined): Promise<Adoption> {
  const { files, folder, manifest, stacks } = adopting;
  const [project = "", name = ""] = stack.split("/");
  const there: StackName = { team: manifest.team, project, name };
  const at = { folder: await makeProject(folder, project) };
  const exported = await files.run(["stack", "export", "--stack", name, "--show-secrets"], at);
  const digest = digestOf(exported);
  const changed = known === undefined || digest !== known.digest;
  const standing = await stacks.standing(there);
  const verdict = verdictOn({ standing, known, changed, makeMissing: adopting.makeMissing });
  if (verdict !== "adopt") return { stack, ...verdict };
  const made = await importInto(adopting, there, { exported, standing });
  const lineage = [{ version: made.version, update: made.update }, ...(known?.lineage ?? [])];
  const others = manifest.stacks.filter((each) => each.project !== project || each.name !== name);
  manifest.stacks.splice(0, manifest.stacks.length, ...others, { project, name, lineage, digest });
  await writeManifest(folder, manifest);
  return { stack, outcome: "adopted", detail: `version ${made.version}` };
}

interface Facts {
  readonly standing: Standing | "absent";
  readonly known: OpenedStack | undefined;
  readonly changed: boolean;
  readonly makeMissing: boolean;
}

/** What is to become of a stack; "adopt", or why not. */
export function verdictOn({
  standing,
  known,
  changed,
  makeMissing,
}: Facts): "adopt" | Pick<Adoption, "outcome" | "detail"> {
  if (standing === "absent") {
    if (known === undefined || makeMissing) return "adopt";
    const detail =
      "the service does not have it: it was removed there, or its backup is older. --make-missing makes it";
    return { outcome: "missing", detail };
  }
  if (standing?.running === true) return { outcome: "refused", detail: "an update of it is running in the service" };
  const history = compareStanding(standing, known?.lineage ?? []);
  const here = standing === undefined ? "no version" : `version ${standing.version}`;
  if (known === undefined)
    return {
      outcome: "conflict",
      detail: `it was made in both places; the service has ${here}, and nothing was changed`,
    };
  if (history === "moved" && changed)
    return {
      outcome: "conflict",
      detail: `both have moved: the service has ${here} by another update than the escrow's, and nothing was changed`,
    };
  if (history === "moved")
    return { outcome: "unchanged", detail: `the service went on to ${here}; nothing was done here` };
  if (history === "same" && !changed) return { outcome: "unchanged", detail: `the service has it, ${here}` };
  return "adopt";
}

/** By the door that every client takes: the state is judged, and its secrets are sealed by the service. */
async function importInto(
  { service, stacks, serviceUrl, folder }: Adopting,
  there: StackName,
  { exported, standing }: { readonly exported: string; readonly standing: Standing | "absent" },
): Promise<NonNullable<Standing>> {
  const { team, project, name } = there;
  const at = { folder: projectFolder(folder, project) };
  const full = `${team}/${project}/${name}`;
  // Beside the folder's own configuration of the stack, which is under the passphrase and must stay.
  const empty = await mkdtemp(path.join(tmpdir(), "meridian-adopt-"));
  try {
    const alone = { folder: await makeProject(empty, project) };
    if (standing === "absent") await service.run(["stack", "init", full, "--no-select"], alone);
    const input = serviceSealed(exported, { url: serviceUrl, owner: team, project, stack: name });
    await service.run(["stack", "import", "--stack", full], { ...alone, input });
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
  const after = await stacks.standing(there);
  const before = standing === "absent" ? 0 : (standing?.version ?? 0);
  if (after === "absent" || after === undefined || after.version !== before + 1)
    throw new CliError(
      "bad-answer",
      `${full} was changed by somebody else at the same time; compare ${at.folder} with it`,
    );
  return after;
}

/** An import seals the secrets of a state anew only when it says that the service seals them. */
function serviceSealed(exported: string, state: object): string {
  const parsed = z.looseObject({ deployment: z.looseObject({}) }).parse(JSON.parse(exported));
  const deployment = { ...parsed.deployment, secrets_providers: { type: "service", state } };
  return JSON.stringify({ ...parsed, deployment });
}

function removedThere(stack: string): Adoption {
  const detail = "it was removed there; remove it in the service with `pulumi stack rm`, if that is meant";
  return { stack, outcome: "removed", detail };
}
