import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const output = path.join(import.meta.dirname, "taggableTypes.json");

/** A resource declares its inputs last in its file, so what follows this is an input of the resource. */
const argsTags = /export interface \w+Args \{[\s\S]*?\n {4}tags\?: /;
const typeToken = /static __pulumiType = '([^']+)'/;

/** Reads from the AWS SDK's own declarations which resource types take tags, as sorted type tokens. */
export async function findTaggableTypes(): Promise<readonly string[]> {
  const root = path.dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = await Promise.all(
    folders
      .filter(({ name }) => !["node_modules", "types", "config"].includes(name))
      .map(async ({ name }) => {
        const files = (await readdir(path.join(root, name))).filter((file) => file.endsWith(".d.ts"));
        const tokens: string[] = [];
        for (const file of files) {
          if (!argsTags.test(await readFile(path.join(root, name, file), "utf8"))) continue;
          const code = await readFile(path.join(root, name, file.replace(/\.d\.ts$/, ".js")), "utf8");
          const token = typeToken.exec(code)?.[1];
          if (token !== undefined) tokens.push(token);
        }
        return tokens;
      }),
  );
  return [...new Set(found.flat())].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(output, `${JSON.stringify(await findTaggableTypes(), undefined, 2)}\n`);
}
