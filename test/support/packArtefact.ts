import { readFileSync } from "node:fs";
import { packFiles } from "../../programs/artefacts/archive.ts";
import { type ArtefactFile, digestOfFiles } from "../../programs/artefacts/artefactFile.ts";
import { lockOf, packageLock } from "../../programs/artefacts/packageLock.ts";
import type { PackArtefact } from "../../runner/packs/index.ts";

/** A pack of a team's own as the files of its folder. */
export interface PackFolder extends PackArtefact {
  readonly files: readonly ArtefactFile[];
  readonly archive: Buffer;
}

type Texts = Readonly<Record<string, string | Buffer | undefined>>;

interface About {
  readonly name?: string;
  readonly version?: string;
}

/** A rule of a CrossGuard pack: its name, and the body of `(args, report) => { … }`. */
export type RuleBodies = Readonly<Record<string, string>>;

const fixtures = new URL("../runner/packs/rego/", import.meta.url);

export const goodRules: RuleBodies = {
  "no-wrong-things": `if (args.props.wrong === "yes") report("the property wrong is yes");`,
};

const entry = (name: string, rules: RuleBodies, more: string) => `
import { PolicyPack } from "@pulumi/policy";
new PolicyPack(${JSON.stringify(name)}, { description: "Of the studio.", policies: [
${Object.entries(rules)
  .map(
    ([
      rule,
      body,
    ]) => `  { name: ${JSON.stringify(rule)}, description: "The studio's rule.", enforcementLevel: "mandatory",
    validateResource: (args, report) => { ${body} } },`,
  )
  .join("\n")}
${more}
] });
`;

/** @param more further members of the pack's list of policies, as JavaScript */
export function crossGuardFolder(
  rules: RuleBodies = goodRules,
  {
    name = "studio-rules",
    version = "1.0.0",
    more = "",
    changed = {},
  }: About & { more?: string; changed?: Texts } = {},
): PackFolder {
  const lock = lockOf(packageLock.parse(JSON.parse(readFileSync("package-lock.json", "utf8"))), ["@pulumi/policy"]);
  const dependencies = lock.packages[""]?.dependencies;
  const manifest = { name: "studio-rules", version, private: true, type: "module", main: "index.js", dependencies };
  return folder("crossguard", {
    "PulumiPolicy.yaml": "runtime: nodejs\n",
    "package.json": JSON.stringify(manifest),
    "package-lock.json": JSON.stringify(lock),
    "index.js": entry(name, rules, more),
    ...changed,
  });
}

export function regoFolder({ version = "1.0.0", changed = {} }: About & { changed?: Texts } = {}): PackFolder {
  const manifest = readFileSync(new URL("PulumiPolicy.yaml", fixtures), "utf8");
  return folder("rego", {
    "PulumiPolicy.yaml": manifest.replace("version: 1.0.0", `version: ${version}`),
    "bundle.tar.gz": readFileSync(new URL("bundle.tar.gz", fixtures)),
    ...changed,
  });
}

function folder(kind: PackArtefact["kind"], texts: Texts): PackFolder {
  const files = Object.entries(texts).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, content: Buffer.from(text) }],
  );
  return { kind, files, digest: digestOfFiles(files), archive: packFiles(files) };
}
