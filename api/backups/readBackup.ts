import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { BackupFault } from "./backupFault.ts";
import type { BackupHeader } from "./backupHeader.ts";
import { type BackupKeys, FILE_KEY, requireKeys } from "./neededKeys.ts";
import { type BackupRecord, decodeRecords } from "./records.ts";
import { openFile } from "./sealedFile.ts";

export interface OpenedBackup {
  readonly header: BackupHeader;
  /** Throws BackupFault `damaged` where the file is cut or changed, at the latest at its end. */
  readonly records: AsyncGenerator<BackupRecord>;
}

/** @throws BackupFault `not-a-backup`, `missing-key` */
export async function openBackup(file: string, keys: BackupKeys): Promise<OpenedBackup> {
  const opened = await openFile(createReadStream(file, { highWaterMark: 1 << 18 }), async (header) => {
    await requireKeys(header, keys);
    const { root, wrapped } = header.sealedUnder;
    return unwrapFileKey(keys, { root, wrapped: Buffer.from(wrapped, "base64") });
  });
  return { header: opened.header, records: decodeRecords(unpack(opened.content)) };
}

/** @throws BackupFault `missing-key` */
async function unwrapFileKey(keys: BackupKeys, wrapped: Parameters<BackupKeys["unwrap"]>[0]): Promise<Buffer> {
  try {
    return await keys.unwrap(wrapped, FILE_KEY);
  } catch (cause) {
    throw new BackupFault(
      "missing-key",
      `The backup is sealed under the root key ${wrapped.root}, which does not open it.`,
      cause,
    );
  }
}

async function* unpack(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(content, { objectMode: false });
  const unpacked = createZstdDecompress();
  source.once("error", (error) => unpacked.destroy(error));
  yield* source.pipe(unpacked);
}

export interface VerifiedBackup {
  readonly header: BackupHeader;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
}

/** Reads a backup to its end and checks every part of it, without a database. @throws BackupFault */
export async function verifyBackup(file: string, keys: BackupKeys): Promise<VerifiedBackup> {
  const { header, records } = await openBackup(file, keys);
  const tables: { name: string; rows: number }[] = [];
  let name = "";
  let hash = createHash("sha256");
  let bytes = 0;
  for await (const record of records) {
    if (record.kind === "table") {
      name = record.name;
      hash = createHash("sha256");
      bytes = 0;
    } else if (record.kind === "rows") {
      hash.update(record.bytes);
      bytes += record.bytes.length;
    } else if (record.kind === "table-end") {
      if (record.sha256 !== hash.digest("hex") || record.bytes !== bytes)
        throw new BackupFault("damaged", `The rows of the table ${name} are not those that were written.`);
      tables.push({ name, rows: record.rows });
    } else if (record.kind === "end" && record.tables !== tables.length) {
      throw new BackupFault("damaged", `The backup has ${tables.length} of ${record.tables} tables.`);
    }
  }
  return { header, tables };
}
