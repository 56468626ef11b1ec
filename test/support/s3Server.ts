import { createHash } from "node:crypto";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modified: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** An object store on loopback that speaks as much of Amazon's S3 API as a backend of Pulumi needs; it asks for no signature. */
export interface S3Server {
  /** The address of a bucket as a backend; any bucket exists. */
  backend(bucket: string): string;
  keys(bucket: string): readonly string[];
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const server = http.createServer((req, res) => {
    serve(objects, req, res).catch((error: unknown) => res.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    backend: (bucket) => `s3://${bucket}?region=us-east-1&endpoint=http://127.0.0.1:${port}&use_path_style=true`,
    keys: (bucket) =>
      [...objects.keys()].filter((key) => key.startsWith(`${bucket}/`)).map((key) => key.slice(bucket.length + 1)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function serve(objects: Map<string, StoredObject>, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", "http://localhost");
  const path = decodeURIComponent(url.pathname.slice(1)).replace(/\/$/, "");
  const body = await bodyOf(req);
  const isObject = path.includes("/");
  if (!isObject && req.method === "GET") list(objects, path, { url, res });
  else if (!isObject) res.writeHead(200).end();
  else if (req.method === "PUT") put(objects, path, { req, res, body });
  else if (req.method === "DELETE") {
    objects.delete(path);
    res.writeHead(204).end();
  } else get(objects.get(path), req, res);
}

/** A body may come in chunks that each carry a signature: `<hex size>;chunk-signature=…`. */
async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const raw = await buffer(req);
  if (!String(req.headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")) return raw;
  const chunks: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const line = raw.indexOf("\r\n", at);
    const size = Number.parseInt(raw.subarray(at, line).toString("latin1"), 16);
    if (!(size > 0)) break;
    chunks.push(raw.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}

interface Put {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly body: Buffer;
}

function put(objects: Map<string, StoredObject>, key: string, { req, res, body }: Put): void {
  const source = req.headers["x-amz-copy-source"];
  const copied = typeof source === "string" ? objects.get(decodeURIComponent(source).replace(/^\//, "")) : undefined;
  if (source !== undefined && copied === undefined) {
    missing(res);
    return;
  }
  const kept = Object.entries(req.headers).filter(
    ([name]) => name === "content-type" || name.startsWith("x-amz-meta-"),
  );
  const bytes = copied?.bytes ?? body;
  const object: StoredObject = {
    bytes,
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    modified: new Date(),
    headers: copied?.headers ?? Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
  };
  objects.set(key, object);
  const copy = `<ETag>${object.etag}</ETag><LastModified>${object.modified.toISOString()}</LastModified>`;
  res.writeHead(200, { etag: object.etag, "content-type": "application/xml" });
  res.end(copied === undefined ? "" : `<CopyObjectResult>${copy}</CopyObjectResult>`);
}

function get(object: StoredObject | undefined, req: IncomingMessage, res: ServerResponse): void {
  if (object === undefined) {
    missing(res);
    return;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(req.headers.range ?? ""));
  const [from, to] = [Number(range?.[1] ?? 0), range?.[2] ? Number(range[2]) + 1 : object.bytes.length];
  const bytes = object.bytes.subarray(from, to);
  res.writeHead(range === null ? 200 : 206, {
    ...object.headers,
    etag: object.etag,
    "last-modified": object.modified.toUTCString(),
    "content-length": bytes.length,
    ...(range !== null && { "content-range": `bytes ${from}-${from + bytes.length - 1}/${object.bytes.length}` }),
  });
  res.end(req.method === "HEAD" ? undefined : bytes);
}

function missing(res: ServerResponse): void {
  res.writeHead(404, { "content-type": "application/xml" });
  res.end("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>");
}

interface Listing {
  readonly url: URL;
  readonly res: ServerResponse;
}

function list(objects: Map<string, StoredObject>, bucket: string, { url, res }: Listing): void {
  const prefix = url.searchParams.get("prefix") ?? "";
  const delimiter = url.searchParams.get("delimiter") ?? "";
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(`${bucket}/${prefix}`))
    .map((key) => key.slice(bucket.length + 1))
    .toSorted();
  const folderOf = (key: string): string | undefined => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : key.slice(0, end + delimiter.length);
  };
  const folders = new Set(keys.map(folderOf).filter((folder) => folder !== undefined));
  const contents = keys
    .filter((key) => folderOf(key) === undefined)
    .map((key) => {
      const { bytes, etag, modified } = objects.get(`${bucket}/${key}`) ?? {
        bytes: "",
        etag: "",
        modified: new Date(),
      };
      return `<Contents><Key>${xml(key)}</Key><Size>${bytes.length}</Size><ETag>${xml(etag)}</ETag><LastModified>${modified.toISOString()}</LastModified></Contents>`;
    });
  const prefixes = [...folders].map((folder) => `<CommonPrefixes><Prefix>${xml(folder)}</Prefix></CommonPrefixes>`);
  res.writeHead(200, { "content-type": "application/xml" });
  res.end(
    `<ListBucketResult><Name>${bucket}</Name><Prefix>${xml(prefix)}</Prefix><IsTruncated>false</IsTruncated><KeyCount>${keys.length}</KeyCount>${contents.join("")}${prefixes.join("")}</ListBucketResult>`,
  );
}

const xml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
