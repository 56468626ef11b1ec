import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Installs the heavy provider as the plugin that a program of this checkout asks for, where an engine with this home looks. */
export async function installHeavyPlugin(pulumiHome: string, providerPort: number): Promise<void> {
  const manifest = new URL("../../node_modules/@pulumi/aws/package.json", import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string }; // npm's own format
  const folder = path.join(pulumiHome, "plugins", `resource-aws-v${version}`);
  await mkdir(folder, { recursive: true });
  const binary = path.join(folder, "pulumi-resource-aws");
  const script = fileURLToPath(new URL("./heavyProvider.ts", import.meta.url));
  await writeFile(binary, `#!/bin/sh\nexec '${process.execPath}' '${script}' ${providerPort}\n`);
  await chmod(binary, 0o755);
}
