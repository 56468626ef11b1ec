import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { readTar } from "../../programs/artefacts/archive.ts";

export interface OpaBundle {
  readonly wasm: Buffer;
  /** The document `data`. */
  readonly data: object;
}

const UNPACKED_BYTES = 32 * 1024 * 1024;

/**
 * What a Rego pack's folder holds: `bundle.tar.gz` as `opa build -t wasm` writes it, or `policy.wasm` and perhaps `data.json` as they
 * stand in one. In a bundle, data of a folder stands under the folder's path.
 *
 * @throws Error that says what is missing.
 */
export function readOpaBundle(folder: string): OpaBundle {
  const bundle = path.join(folder, "bundle.tar.gz");
  const files = existsSync(bundle) ? bundled(readFileSync(bundle)) : loose(folder);
  const wasm = files.get("policy.wasm");
  if (wasm === undefined) throw new Error("there is no policy.wasm: build the bundle with opa build -t wasm");
  const data = {};
  for (const [file, content] of files) if (/(?:^|\/)data\.json$/.test(file)) place(data, file, content);
  return { wasm, data };
}

function bundled(archive: Buffer): ReadonlyMap<string, Buffer> {
  const tar = gunzipSync(archive, { maxOutputLength: UNPACKED_BYTES });
  return new Map([...readTar(tar)].map(({ path: at, content }) => [at.replace(/^(?:\.?\/)+/, ""), content]));
}

function loose(folder: string): ReadonlyMap<string, Buffer> {
  const files = ["policy.wasm", "data.json"].filter((file) => existsSync(path.join(folder, file)));
  return new Map(files.map((file) => [file, readFileSync(path.join(folder, file))]));
}

function place(data: object, file: string, content: Buffer): void {
  const document: unknown = JSON.parse(content.toString("utf8"));
  let at = data;
  for (const name of file.split("/").slice(0, -1)) {
    const below: unknown = Object.hasOwn(at, name) ? Reflect.get(at, name) : {};
    const next = Object(below) as object; // what Object() makes
    Object.defineProperty(at, name, { value: next, enumerable: true, writable: true, configurable: true });
    at = next;
  }
  Object.assign(at, document);
}
