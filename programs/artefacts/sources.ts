import { readFileSync } from "node:fs";

export interface Sources {
  /** Absolute URLs of the files of the room, in no particular order. */
  readonly files: readonly URL[];
  /** The names of the packages that they import. */
  readonly packages: readonly string[];
}

interface Reach {
  readonly files: readonly URL[];
  readonly packages: readonly string[];
}

/** Static imports and exports, dynamic imports, and files that are found beside the module that reads them. */
const references = [
  /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gm,
  /^import "([^"]+)"/gm,
  /\bimport\("([^"]+)"\)/g,
  /\bnew URL\("(\.[^"]*[^/"])", import\.meta\.url\)/g,
];

const reaches = new Map<string, Reach>();

/** Everything that is reached from these modules by imports that are written out, and the packages on the way. */
export function traceSources(entries: readonly URL[]): Sources {
  const files = new Map(entries.map((url) => [url.href, url]));
  const packages = new Set<string>();
  for (const url of files.values()) {
    const reach = reachOf(url);
    for (const next of reach.files) files.set(next.href, next);
    for (const name of reach.packages) packages.add(name);
  }
  return { files: [...files.values()], packages: [...packages].toSorted() };
}

/** What one module names; read once a process. */
function reachOf(url: URL): Reach {
  const known = reaches.get(url.href);
  if (known !== undefined) return known;
  const named = url.pathname.endsWith(".ts") ? namedIn(readFileSync(url, "utf8")) : [];
  const reach = {
    files: named.filter((name) => name.startsWith(".")).map((name) => new URL(name, url)),
    packages: named.filter((name) => !name.startsWith(".") && !name.startsWith("node:")).map(packageOf),
  };
  reaches.set(url.href, reach);
  return reach;
}

function namedIn(source: string): readonly string[] {
  return references.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name = ""]) => name));
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
