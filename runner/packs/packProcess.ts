import type { PackDescription, PackFinding, PackResource, StackTags } from "./packContents.ts";

/**
 * A pack that is loaded in a process of its own. Everything rejects with a PackError when the pack throws, says nonsense or is dead; a
 * pack that hangs is the caller's affair, who has the patience.
 */
export interface PackProcess {
  readonly pid: number;
  readonly gone: Promise<void>;
  describe(): Promise<PackDescription>;
  /** Whom the questions to come are about: it holds one stack at a time. */
  configure(tags: StackTags): Promise<void>;
  analyze(resource: PackResource): Promise<readonly PackFinding[]>;
  analyzeStack(resources: readonly PackResource[]): Promise<readonly PackFinding[]>;
  rulesInHand(): readonly string[];
  /** Undefined when it does not answer within a second. */
  residentBytes(): Promise<number | undefined>;
  kill(): void;
}
