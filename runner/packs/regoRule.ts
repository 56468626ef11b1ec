import type { PackPolicy } from "./packContents.ts";

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
