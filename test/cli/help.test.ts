import type { Command } from "commander";
import { expect, test } from "vitest";
import { examples } from "../../cli/examples.ts";
import { meridianCommand } from "../../cli/meridianCommand.ts";
import { runCli } from "../../cli/runCli.ts";
import type { World } from "../../cli/world.ts";

const said = { out: "", err: "" };
const world: World = {
  env: {},
  fetch: () => Promise.reject(new Error("nothing is asked of a service here")),
  out: (text) => {
    said.out += text;
  },
  outBytes: (_bytes, done) => done(),
  err: (text) => {
    said.err += text;
  },
};
const build = () => meridianCommand(world, { exitCode: 0 });

function listCommands(command: Command, above: readonly string[] = []): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const names = [...above, child.name()];
    return [[names.join(" "), child] as const, ...listCommands(child, names)];
  });
}

const commands = listCommands(build());

test.each(commands.map(([name]) => name))("%s says what it does, and what each of its options means", async (name) => {
  const command = new Map(commands).get(name);
  expect(command?.description()).not.toBe("");
  expect(command?.options.filter(({ description }) => description === "").map(({ flags }) => flags)).toEqual([]);
  const help = command?.helpInformation() ?? "";
  expect(help).toMatch(new RegExp(`^Usage: meridian ${name}`));
});

test.each(commands.map(([name]) => name))(
  "%s answers a flag that it does not have in two lines, without a stack",
  async (name) => {
    said.err = "";
    expect(await runCli(meridianCommand, [...name.split(" "), "--no-such-flag"], world)).toBe(1);
    expect(said.err).toMatch(
      /^error: (unknown option '--no-such-flag'|required option '--.*' not specified)\n.*--help\.\n$/,
    );
  },
);

test.each(Object.entries(examples).flatMap(([name, lines]) => lines.map((line) => [name, line] as const)))(
  "an example of %s is a command line that there is: %s",
  async (name, line) => {
    const typed = line.slice(line.lastIndexOf("| ") + 1).trim();
    const [program, ...args] = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? "",
    );
    expect(program).toBe("meridian");
    const built = build();
    let called = false;
    const command = new Map(listCommands(built)).get(name);
    command?.action(() => {
      called = true;
    });
    await built.parseAsync(args, { from: "user" });
    expect(called).toBe(true);
    let help = "";
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(line);
  },
);
