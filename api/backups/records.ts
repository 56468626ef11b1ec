import { BackupFault } from "./backupFault.ts";
import { createByteReader } from "./byteReader.ts";

/** A backup's content: each table begins, has rows in PostgreSQL's text format for COPY, and ends; then the counters; the end. */
export type BackupRecord =
  | { readonly kind: "table"; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: "rows"; readonly bytes: Buffer }
  | { readonly kind: "table-end"; readonly rows: number; readonly bytes: number; readonly sha256: string }
  | { readonly kind: "sequences"; readonly values: readonly SequenceValue[] }
  | { readonly kind: "end"; readonly tables: number };

/** Where a counter of the database stood; undefined for one that was never used. */
export interface SequenceValue {
  readonly name: string;
  readonly last: string | undefined;
}

const kinds = ["table", "rows", "table-end", "sequences", "end"] as const;
const ROWS = kinds.indexOf("rows");

/** A record as bytes: its kind (1), its length (4), and rows as they are or everything else as JSON. */
export function encodeRecord(record: BackupRecord): Buffer {
  const body = record.kind === "rows" ? record.bytes : Buffer.from(JSON.stringify(record));
  const front = Buffer.alloc(5);
  front.writeUInt8(kinds.indexOf(record.kind));
  front.writeUInt32BE(body.length, 1);
  return Buffer.concat([front, body]);
}

/** @throws BackupFault `damaged` when the stream ends within a record, or before the record `end` */
export async function* decodeRecords(source: AsyncIterable<Buffer>): AsyncGenerator<BackupRecord> {
  const reader = createByteReader(source);
  for (;;) {
    const front = await reader.read(5);
    const body = front && (await reader.read(front.readUInt32BE(1)));
    if (front === undefined || body === undefined) throw new BackupFault("damaged", "The backup's content is cut.");
    const record =
      front[0] === ROWS
        ? ({ kind: "rows", bytes: body } as const)
        : (JSON.parse(body.toString("utf8")) as BackupRecord); // the seal says that `encodeRecord` wrote it
    yield record;
    if (record.kind === "end") {
      if ((await reader.read(1)) !== undefined)
        throw new BackupFault("damaged", "Something stands behind the backup's end.");
      return;
    }
  }
}
