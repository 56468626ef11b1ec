import { fileURLToPath } from "node:url";
import { ensureEngine } from "../../toolchain/index.ts";
import { startTestSandbox, type TestSandbox } from "../sandbox/testSandbox.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";

export interface BlueprintProject {
  readonly sandbox: TestSandbox;
  readonly project: PulumiProject;
  /** Removes the project and ends the sandbox. */
  readonly close: () => Promise<void>;
}

const program = fileURLToPath(new URL("../../programs/index.ts", import.meta.url));
const packages = ["aws", "kubernetes", "random"];

/** The blueprints as a stock `pulumi up` builds them, with a sandbox and a file backend of a test's own. */
export async function blueprintProject(): Promise<BlueprintProject> {
  const engine = await ensureEngine();
  const sandbox = await startTestSandbox();
  const project = await pulumiProject(engine, {
    "Pulumi.yaml": "name: meridian\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "meridian", "type": "module" }',
    "index.js": `export { default } from ${JSON.stringify(program)};\n`,
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = packages.map((name) => `${name}:${sandbox.grpcPort}`).join(",");
  const close = async (): Promise<void> => {
    await project.remove();
    await sandbox.end();
  };
  return { sandbox, project, close };
}
