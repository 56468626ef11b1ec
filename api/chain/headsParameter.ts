import { z } from "zod";
import type { GivenHead } from "./verifyChain.ts";

/** `position:hash` or `position:hash:milliseconds`, comma between two. */
export const headsParameter = z
  .string()
  .regex(/^\d{1,15}:[0-9a-f]{64}(:\d{1,15})?(,\d{1,15}:[0-9a-f]{64}(:\d{1,15})?){0,99}$/, {
    error:
      "Give 1 to 100 heads as position:hash or position:hash:time with commas between them; a hash is 64 hexadecimal digits, a time milliseconds since 1970.",
  })
  .optional()
  .describe(
    "Heads that were kept elsewhere, as `position:hash`, up to 100 with commas between them. With `:` and when each was written, in milliseconds since 1970, a restore from a backup is told from a change.",
  );

export function readHeads(given: string | undefined): readonly GivenHead[] {
  const texts = given === undefined ? [] : given.split(",");
  return texts.map((text) => {
    const [position, hash = "", time] = text.split(":");
    return { position: Number(position), hash, ...(time !== undefined && { at: new Date(Number(time)) }) };
  });
}
