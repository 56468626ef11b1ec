/** Blowfish's tables: 18 subkeys and four boxes of 256 words. */
interface Tables {
  readonly subkeys: Uint32Array;
  readonly boxes: Uint32Array;
}

const WORDS = 18 + 4 * 256;
const ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const MAGIC = [0x4f727068, 0x65616e42, 0x65686f6c, 0x64657253, 0x63727944, 0x6f756274];

let initial: Tables | undefined;

/**
 * The bcrypt hash of a text (Provos and Mazières, 1999; version 2a): at most 72 bytes of it count. `cost` is the binary
 * logarithm of the number of rounds, 4 to 31; `salt` has 16 bytes.
 */
export function bcrypt(text: string, cost: number, salt: Uint8Array): string {
  const key = Uint8Array.from([...Buffer.from(text, "utf8").subarray(0, 72), 0]).subarray(0, 72);
  initial ??= piTables();
  const tables: Tables = { subkeys: initial.subkeys.slice(), boxes: initial.boxes.slice() };
  expand(tables, key, salt);
  const nothing = new Uint8Array(16);
  for (let round = 0; round < 2 ** cost; round += 1) {
    expand(tables, key, nothing);
    expand(tables, salt, nothing);
  }
  const words = Uint32Array.from(MAGIC);
  for (let i = 0; i < words.length; i += 2) for (let n = 0; n < 64; n += 1) encipher(tables, words, i);
  const digest = Buffer.alloc(24);
  words.forEach((word, i) => {
    digest.writeUInt32BE(word, 4 * i);
  });
  return `$2a$${String(cost).padStart(2, "0")}$${encoded(salt)}${encoded(digest.subarray(0, 23))}`;
}

function expand({ subkeys, boxes }: Tables, key: Uint8Array, salt: Uint8Array): void {
  for (let i = 0; i < subkeys.length; i += 1) subkeys[i] = at(subkeys, i) ^ word(key, 4 * i);
  const block = new Uint32Array(2);
  let from = 0;
  for (const table of [subkeys, boxes]) {
    for (let i = 0; i < table.length; i += 2) {
      block[0] = at(block, 0) ^ word(salt, from);
      block[1] = at(block, 1) ^ word(salt, from + 4);
      from = (from + 8) % 16;
      encipher({ subkeys, boxes }, block, 0);
      table.set(block, i);
    }
  }
}

/** One block of Blowfish, in place. */
function encipher({ subkeys, boxes }: Tables, words: Uint32Array, i: number): void {
  let left = at(words, i);
  let right = at(words, i + 1);
  for (let round = 0; round < 16; round += 2) {
    left ^= at(subkeys, round);
    right ^= mixed(boxes, left);
    right ^= at(subkeys, round + 1);
    left ^= mixed(boxes, right);
  }
  words[i] = right ^ at(subkeys, 17);
  words[i + 1] = left ^ at(subkeys, 16);
}

function mixed(boxes: Uint32Array, x: number): number {
  const sum = (at(boxes, x >>> 24) + at(boxes, 256 + ((x >>> 16) & 255))) | 0;
  return ((sum ^ at(boxes, 512 + ((x >>> 8) & 255))) + at(boxes, 768 + (x & 255))) | 0;
}

/** Indices here are always inside; the fallback only tells the type checker so. */
function at(words: Uint32Array, i: number): number {
  return words[i] ?? 0;
}

/** Four bytes from `offset` on, going round. */
function word(bytes: Uint8Array, offset: number): number {
  let result = 0;
  for (let i = 0; i < 4; i += 1) result = (result << 8) | (bytes[(offset + i) % bytes.length] ?? 0);
  return result;
}

/** Blowfish's first tables are the fraction of pi in binary. Pi by Machin: 16 arctan(1/5) - 4 arctan(1/239). */
function piTables(): Tables {
  const bits = BigInt(WORDS * 32);
  const guard = 64n;
  const one = 1n << (bits + guard);
  const pi = 16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one);
  const hex = ((pi >> guard) & ((1n << bits) - 1n)).toString(16).padStart(WORDS * 8, "0");
  const words = Uint32Array.from({ length: WORDS }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16));
  return { subkeys: words.slice(0, 18), boxes: words.slice(18) };
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
}

/** bcrypt's own base 64: most significant bits first, no padding. */
function encoded(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{1,6}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(6, "0"), 2)]).join("");
}
