import type { Randomness } from "../cloud/randomness.ts";
import type { Problem } from "../model/rule.ts";
import { type Properties, text, UNKNOWN } from "../model/values.ts";

interface CharacterClass {
  readonly characters: string;
  readonly least: number;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The classes that inputs allow, each with how many of it there must be. */
function classesOf(inputs: Properties): readonly CharacterClass[] {
  const allowed = (name: string): boolean => String(inputs[name] ?? true) === "true";
  const least = (name: string): number => Number(inputs[name] === UNKNOWN ? 0 : (inputs[name] ?? 0));
  const classes: readonly (CharacterClass & { readonly on: boolean })[] = [
    { on: allowed("lower"), characters: LOWER, least: least("minLower") },
    { on: allowed("upper"), characters: LOWER.toUpperCase(), least: least("minUpper") },
    { on: allowed("numeric") && allowed("number"), characters: "0123456789", least: least("minNumeric") },
    { on: allowed("special"), characters: text(inputs, "overrideSpecial") ?? SPECIAL, least: least("minSpecial") },
  ];
  return classes.filter(({ on, least: wanted }) => on || wanted > 0);
}

/** Refuses what no text can fulfil. */
export function checkClasses(inputs: Properties): readonly Problem[] {
  const classes = classesOf(inputs);
  const least = classes.reduce((sum, each) => sum + each.least, 0);
  const code = "InvalidAttributeValue";
  if (classes.length === 0) return [{ code, message: "at least one class of characters must be allowed" }];
  const { length } = inputs;
  if (typeof length !== "number" || least <= length) return [];
  return [{ code, message: `length ${length} is less than the ${least} characters asked for`, property: "length" }];
}

/** A random text as inputs describe it: the least of each class, the rest of any, in random order. */
export function characters(inputs: Properties, random: Randomness): string {
  const classes = classesOf(inputs);
  const any = classes.map((each) => each.characters).join("");
  const pick = (from: string): string => from[random.integer(0, from.length - 1)] ?? "";
  const wanted = classes.flatMap((each) => Array.from({ length: each.least }, () => pick(each.characters)));
  while (wanted.length < Number(inputs["length"])) wanted.push(pick(any));
  return order(wanted, random).join("");
}

function order(items: readonly string[], random: Randomness): readonly string[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random.integer(0, rest.length - 1), 1));
}
