import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { BackupFault } from "./backupFault.ts";
import { type BackupHeader, parseHeader } from "./backupHeader.ts";
import { createByteReader } from "./byteReader.ts";

/*
 * The file: a line that says what it is, the header's length (4 bytes) and the header, then frames: length (4), last or not
 * (1), ciphertext, tag (16). AES-256-GCM under a key of the file's own; a frame's number is its nonce, and header, number
 * and "last" are bound to it, so that a frame that is changed, moved, doubled or missing does not open.
 */
const MAGIC = Buffer.from("MERIDIAN BACKUP 1\n");
const TAG = 16;
const MOST_HEADER = 1 << 20;
const MOST_FRAME = 1 << 26;

export type FileKey = (header: BackupHeader) => Promise<Buffer>;

/** Seals a stream of bytes behind a header. */
export async function* sealFile(
  header: BackupHeader,
  key: Buffer,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const head = Buffer.from(JSON.stringify(header));
  yield Buffer.concat([MAGIC, uint32(head.length), head]);
  let number = 0;
  for await (const bytes of content) yield frame(bytes, false);
  yield frame(Buffer.alloc(0), true);

  function frame(bytes: Buffer, last: boolean): Buffer {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number), { authTagLength: TAG });
    cipher.setAAD(bindingOf(head, last));
    number += 1;
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([uint32(sealed.length), Buffer.of(last ? 1 : 0), sealed]);
  }
}

export interface OpenedFile {
  readonly header: BackupHeader;
  /** Each part is authentic when it comes; that nothing is missing at the end is known when the stream has ended. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Opens what `sealFile` wrote.
 *
 * @throws BackupFault `not-a-backup`; from the content `damaged`; what `keyOf` throws for a header whose key is not there
 */
export async function openFile(bytes: AsyncIterable<Buffer>, keyOf: FileKey): Promise<OpenedFile> {
  const reader = createByteReader(bytes);
  const magic = await reader.read(MAGIC.length);
  if (magic === undefined || !magic.equals(MAGIC))
    throw new BackupFault("not-a-backup", "The file does not begin as a backup of Meridian does.");
  const length = (await reader.read(4))?.readUInt32BE() ?? 0;
  const head = length <= MOST_HEADER ? await reader.read(length) : undefined;
  if (head === undefined) throw new BackupFault("not-a-backup", "The file's header is cut.");
  const header = parseHeader(head);
  const key = await keyOf(header);

  async function* content(): AsyncGenerator<Buffer> {
    for (let number = 0; ; number += 1) {
      const front = await reader.read(5);
      if (front === undefined) throw damaged(`it ends after part ${number}`);
      const size = front.readUInt32BE();
      const sealed = size >= TAG && size <= MOST_FRAME ? await reader.read(size) : undefined;
      if (sealed === undefined) throw damaged(`part ${number + 1} is cut`);
      const last = front[4] === 1;
      const plain = open({ key, number, binding: bindingOf(head ?? Buffer.alloc(0), last) }, sealed);
      if (!last) {
        yield plain;
        continue;
      }
      if ((await reader.read(1)) !== undefined) throw damaged("something stands behind its end");
      return;
    }
  }
  return { header, content: content() };
}

function open(
  { key, number, binding }: { readonly key: Buffer; readonly number: number; readonly binding: Buffer },
  sealed: Buffer,
): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(number), { authTagLength: TAG });
    decipher.setAAD(binding);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()]);
  } catch (cause) {
    throw damaged(`part ${number + 1} was changed, or belongs to another file`, cause);
  }
}

const damaged = (what: string, cause?: unknown) =>
  new BackupFault("damaged", `The backup is not whole: ${what}.`, cause);

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 4);
  return nonce;
}

/** The header's hash, so that a header cannot be swapped, and whether the part is the last, so that none can be cut off. */
const bindingOf = (head: Buffer, last: boolean): Buffer =>
  Buffer.concat([createHash("sha256").update(head).digest(), Buffer.of(last ? 1 : 0)]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
