/** Reads a stream in pieces of a wanted length. */
export interface ByteReader {
  /** Exactly so many bytes; undefined when the stream ends before that. */
  read(length: number): Promise<Buffer | undefined>;
}

export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let size = 0;

  return {
    async read(length) {
      while (size < length) {
        const next = await iterator.next();
        if (next.done === true) return undefined;
        held.push(next.value);
        size += next.value.length;
      }
      const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
      held = [all.subarray(length)];
      size -= length;
      return all.subarray(0, length);
    },
  };
}
