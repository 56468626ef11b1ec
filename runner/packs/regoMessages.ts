import { z } from "zod";
import type { PackPolicy, PackResource } from "./packContents.ts";

/** What is asked of a Rego pack's process, in its channel. */
export type RegoQuestion =
  | { readonly ask: "size" }
  | { readonly id: number; readonly ask: "describe" }
  | { readonly id: number; readonly ask: "analyze"; readonly resource: PackResource }
  | { readonly id: number; readonly ask: "analyzeStack"; readonly resources: readonly PackResource[] };

export const regoReply = z.union([
  z.object({ id: z.number(), said: z.unknown() }),
  z.object({ id: z.number(), threw: z.string() }),
]);
export type RegoReply = z.input<typeof regoReply>;

export interface RegoRule extends Pick<PackPolicy, "name" | "on"> {
  readonly level: "advisory" | "mandatory";
  readonly entrypoint: string;
}

/**
 * The rule behind an entrypoint, as Pulumi's OPA packs and conftest name them: `deny`, `violation` and `warn`, with or without more after
 * `_`, and the same with `stack_` before. Undefined for other entrypoints, which decide nothing.
 */
export function regoRule(entrypoint: string): RegoRule | undefined {
  const [, stack, kind] = /(?:^|\/)(stack_)?(deny|violation|warn)(?:_[^/]*)?$/.exec(entrypoint) ?? [];
  if (kind === undefined) return undefined;
  return {
    entrypoint,
    name: entrypoint.replaceAll("/", "."),
    level: kind === "warn" ? "advisory" : "mandatory",
    on: stack === undefined ? "resource" : "stack",
  };
}
