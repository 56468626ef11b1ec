import { gzipSync } from "node:zlib";

export interface TarEntry {
  /** Relative, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
}

const BLOCK = 512;
const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/** A gzipped POSIX archive (ustar) that is the same, byte for byte, for the same entries: no times, no owners. */
export function tarball(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content }) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [header(path, bytes.length), bytes, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

/** The fields of IEEE Std 1003.1, pax, "ustar Interchange Format". */
function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { prefix, name } = splitPath(path);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148); // the checksum counts as blanks while it is made
  block.write("0", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (path.length <= LONGEST_NAME) return { prefix: "", name: path };
  const at = path.lastIndexOf("/", LONGEST_PREFIX);
  const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
  if (at < 0 || name.length > LONGEST_NAME) throw new RangeError(`the path is too long for an archive: ${path}`);
  return { prefix, name };
}
