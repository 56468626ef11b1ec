import type { World } from "./world.ts";

type Out = Pick<World, "out">;

export function printJson(world: Out, value: unknown): void {
  world.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** One line a field, values under one another; fields without a value are left out. */
export function printFields(
  world: Out,
  fields: readonly (readonly [label: string, value: string | undefined])[],
): void {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  for (const [label, value] of shown) world.out(`${`${label}:`.padEnd(width + 2)}${plain(value)}\n`);
}

/** Rows under a heading, in columns as wide as their widest cell. */
export function printTable(world: Out, heading: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [heading.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(plain))];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  for (const line of lines) {
    const cells = line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
    world.out(`${cells.join("  ").trimEnd()}\n`);
  }
}

/** What a service answers must not move the cursor or colour the screen of who reads it. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
