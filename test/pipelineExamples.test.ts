import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { meridianCommand } from "../cli/gate/gateAlone.ts";
import type { World } from "../cli/world.ts";

const root = path.resolve(import.meta.dirname, "..");
const CLI = "node meridian/cli/meridian.cjs ";

/** Every text in a document, wherever it stands. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

async function examplesOf(page: string): Promise<readonly unknown[]> {
  const text = await readFile(path.join(root, page), "utf8");
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => parse(yaml));
}

test.each(["README.md", "docs/pipelines.md"])(
  "%s shows the gate in a GitHub and a GitLab pipeline, by options that exist",
  async (page) => {
    const examples = (await examplesOf(page)).filter((example) => textsIn(example).some((text) => text.includes(CLI)));
    expect(examples).toHaveLength(2);
    const formats: string[] = [];
    for (const example of examples) {
      const texts = textsIn(example);
      const [line = ""] = texts.filter((text) => text.startsWith(CLI));
      const args = line.slice(CLI.length).split(" ");
      const program = meridianCommand({ out: () => undefined, err: () => undefined } as unknown as World, {
        exitCode: 0,
      }); // nothing else is asked of it
      const gate = program.commands.find((command) => command.name() === args[0]);
      if (gate === undefined) return expect.unreachable(`there is no command ${args[0]}`);
      let seen: Record<string, unknown> = {};
      gate.action((options: Record<string, unknown>) => {
        seen = options;
      });
      await program.parseAsync(args, { from: "user" });
      const { format, output } = seen as { format: string; output: string };
      formats.push(format);
      // The report that is written is the one that is handed on.
      expect(texts).toContain(output);
    }
    expect(formats).toEqual(["sarif", "junit"]);
  },
);

test("every action that a whole pipeline of the docs uses is named by its commit, with what that was called", async () => {
  const page = await readFile(path.join(root, "docs/pipelines.md"), "utf8");
  const used = [...page.matchAll(/uses: (.*)$/gm)].map(([, action = ""]) => action);
  expect(used.length).toBeGreaterThan(5);
  for (const action of used) expect(action).toMatch(/^[\w-]+(\/[\w-]+)+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
});
