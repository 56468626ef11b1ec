import { z } from "zod";
import type { PackResource, StackTags } from "./packContents.ts";

/** What is asked of a pack's process, one question a line of its channel. */
export type PackQuestionLine =
  | { readonly id: number; readonly ask: "describe" }
  | { readonly id: number; readonly ask: "size" }
  | { readonly id: number; readonly ask: "configure"; readonly tags: StackTags }
  | { readonly id: number; readonly ask: "analyze"; readonly resource: PackResource }
  | { readonly id: number; readonly ask: "analyzeStack"; readonly resources: readonly PackResource[] };

/** The descriptor on which a pack's process has its channel. */
export const CHANNEL = 3;

/** The id of the answer that nobody asked for: the pack is loaded. */
export const LOADED = 0;

/** Of one question. */
export const MOST_FINDINGS = 200;

/** One answer a line; what it says is parsed by whoever asked. */
export const packReply = z.union([
  z.object({ id: z.number(), threw: z.string(), rule: z.string().optional() }),
  z.object({ id: z.number(), said: z.unknown().optional() }),
]);
export type PackReply = z.input<typeof packReply>;
