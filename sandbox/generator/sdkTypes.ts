import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Kind } from "../model/rule.ts";

/** One property of an interface of the Pulumi SDK, as its declaration file says it. */
export interface SdkProperty {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
  readonly doc: string;
}

/** What the declaration files of `@pulumi/aws` say of one resource type. */
export interface SdkType {
  readonly source: string;
  readonly inputs: readonly SdkProperty[];
  /** Outputs that are always there although their input is optional: the cloud chooses or has a default. */
  readonly alwaysThere: ReadonlySet<string>;
  /** The properties of a nested input type, named as in `inputs.ec2.LaunchTemplateMetadataOptions`. */
  nested(name: string): readonly SdkProperty[];
}

const require = createRequire(import.meta.url);

/** Reads the types of `aws:ec2/vpc:Vpc`. Throws when the SDK has no such type. */
export function readSdkType(token: string): SdkType {
  const [, module = "", name = ""] = token.split(":");
  const folder = path.dirname(require.resolve("@pulumi/aws/package.json"));
  const { version }: { version: string } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const text = readFileSync(path.join(folder, `${module}.d.ts`), "utf8");
  const inputs = propertiesOf(body(text, `export interface ${name}Args {`, ""));
  const outputs = propertiesOf(body(text, `export declare class ${name} extends`, ""));
  const nestedText = readFileSync(path.join(folder, "types", "input.d.ts"), "utf8");
  return {
    source: `@pulumi/aws ${version}`,
    inputs,
    alwaysThere: new Set(outputs.filter(({ type }) => !type.includes("undefined")).map((output) => output.name)),
    nested: (qualified) => {
      const [module_ = "", interface_ = ""] = qualified.split(".");
      const namespace = body(nestedText, `export declare namespace ${module_} {`, "");
      return propertiesOf(body(namespace, `interface ${interface_} {`, "    "));
    },
  };
}

/** The text between a line that starts with `start` and the closing brace at the same indentation. */
function body(text: string, start: string, indent: string): string {
  const from = text.indexOf(`\n${indent}${start}`);
  if (from < 0) throw new Error(`the SDK's declarations have no '${start}'`);
  const to = text.indexOf(`\n${indent}}`, from + 1);
  return text.slice(text.indexOf("\n", from + 1), to);
}

const PROPERTY =
  /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?\n? *(?:readonly )?(\w+)(\??): (pulumi\.(?:\{[^}]*\}|[^;{])*);/g;

function propertiesOf(text: string): readonly SdkProperty[] {
  return [...text.matchAll(PROPERTY)].map(([, doc = "", name = "", mark, type = ""]) => ({
    name,
    optional: mark === "?",
    type: type.replace(/\s+/g, " "),
    doc: doc.replace(/\s*\n\s*\* ?/g, " ").trim(),
  }));
}

export interface Shape {
  readonly kind?: Kind;
  /** For a list or map, the shape of its items. */
  readonly items?: Shape;
  /** For an object, the name of its interface. */
  readonly nested?: string;
}

/** What a declared type means: `pulumi.Input<pulumi.Input<string>[] | undefined>` is a list of strings. */
export function shapeOf(type: string): Shape {
  const inner = unwrapped(type);
  if (inner.startsWith("{ [key: string]:")) {
    return { kind: "map", items: shapeOf(inner.slice("{ [key: string]:".length).replace(/;? }$/, "").trim()) };
  }
  if (inner.endsWith("[]")) return { kind: "list", items: shapeOf(inner.slice(0, -2)) };
  const nested = /^inputs\.([\w.]+)$/.exec(inner)?.[1];
  if (nested !== undefined) return { kind: "object", nested };
  if (/\bstring\b/.test(inner) || /^enums\./.test(inner)) return { kind: "string" };
  if (inner === "number" || inner === "boolean") return { kind: inner };
  return {};
}

function unwrapped(type: string): string {
  const trimmed = type.trim().replace(/ \| undefined$/, "");
  const inner = /^pulumi\.Input<(.*)>$/.exec(trimmed)?.[1];
  // `pulumi.Input<A>[]` ends in brackets and is no single wrapper.
  return inner === undefined ? trimmed : unwrapped(inner);
}
