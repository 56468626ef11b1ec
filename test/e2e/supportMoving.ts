import { readFile, writeFile } from "node:fs/promises";
import type { Project } from "./supportLaptop.ts";

export type Env = Readonly<Record<string, string>>;

export const SECRET = "swordfish-that-moves-in";

/** A stack of a harbour, with its region and its secret. */
export async function makeStack(project: Project, name: string, env: Env): Promise<void> {
  await project.ok(["stack", "init", name], env);
  const plain = ["aws:region=eu-west-1"].flatMap((value) => ["--plaintext", value]);
  await project.ok(["config", "set-all", "-s", name, ...plain, "--secret", `password=${SECRET}`], env);
}

/** As the page on moving says for a machine that knows no Meridian: the file is given the new backend's secrets provider. */
export async function importWithoutMeridian(project: Project, file: string, there: Env): Promise<void> {
  const fresh = JSON.parse((await project.ok(["stack", "export", "-s", "live"], there)).stdout);
  const state = JSON.parse(await readFile(file, "utf8"));
  state.deployment.secrets_providers = fresh.deployment.secrets_providers;
  await writeFile(file, JSON.stringify(state));
  await project.ok(["stack", "import", "--file", file, "-s", "live"], there);
}
