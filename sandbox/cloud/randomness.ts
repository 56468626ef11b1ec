import { randomBytes } from "node:crypto";

/** Where ids, jitter and dice come from; passed in, so that a run can be repeated. */
export interface Randomness {
  bytes(count: number): Uint8Array;
  /** Lower-case hex digits. */
  hex(digits: number): string;
  /** In the form of a UUID. */
  uuid(): string;
  /** At least 0, below 1. */
  fraction(): number;
  /** Both ends included. */
  integer(min: number, max: number): number;
}

type Bytes = (count: number) => Uint8Array;

function over(bytes: Bytes): Randomness {
  const fraction = (): number => {
    const view = new DataView(bytes(8).slice().buffer);
    return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  };
  const hex = (digits: number): string =>
    Buffer.from(bytes(Math.ceil(digits / 2)))
      .toString("hex")
      .slice(0, digits);
  return {
    bytes,
    hex,
    uuid: () => [8, 4, 4, 4, 12].map(hex).join("-"),
    fraction,
    integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
  };
}

export function systemRandomness(): Randomness {
  return over((count) => randomBytes(count));
}

/** The same sequence for the same seed. Not for secrets. The generator is xorshift128 (Marsaglia, 2003). */
export function seededRandomness(seed: string): Randomness {
  let [x, y, z, w] = spread(seed);
  const next = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 24;
  };
  for (let i = 0; i < 64; i += 1) next();
  return over((count) => Uint8Array.from({ length: count }, next));
}

/** Four 32-bit words, not all zero, from any text (FNV-1a with four offsets). */
function spread(seed: string): [number, number, number, number] {
  const word = (offset: number): number => {
    let hash = 0x811c9dc5 ^ offset;
    for (const byte of Buffer.from(seed)) hash = Math.imul(hash ^ byte, 0x01000193);
    return hash | 1;
  };
  return [word(0x1f), word(0x2e), word(0x3d), word(0x4c)];
}
