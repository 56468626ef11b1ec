import type { PackDescription, PackFinding, PackResource, StackTags } from "./packContents.ts";
import { PackError } from "./packError.ts";
import type { PackProcess } from "./packProcess.ts";

export interface PackQuestion {
  readonly tags: StackTags;
  readonly resources: readonly PackResource[];
}

/** What a pack says of one resource, or why it says nothing. */
export type PackAnswer =
  | { readonly findings: readonly PackFinding[]; readonly error?: undefined }
  | { readonly error: PackError; readonly findings?: undefined };

interface Asked {
  readonly process: PackProcess;
  readonly description: PackDescription;
}

/** Questions on their way at once: a pack that waits for something answers others meanwhile. */
const AT_ONCE = 16;

/**
 * Asks a pack about each resource that has no answer yet, and writes the answers where they belong.
 *
 * @throws PackError `hung` when nothing was heard for `patience` milliseconds, `died` when the process did; answers that came before are kept
 */
export async function answersOf(
  { process, description }: Asked,
  { tags, resources }: PackQuestion,
  { answers, patience }: { readonly answers: (PackAnswer | undefined)[]; readonly patience: number },
): Promise<void> {
  const silence = Promise.withResolvers<never>();
  silence.promise.catch(() => undefined); // heard by whoever still waits
  const names = new Set(description.policies.map(({ name }) => name));
  const silent = () => {
    const rule = process.rulesInHand().find((name) => names.has(name));
    silence.reject(new PackError("hung", `nothing was heard of it for ${patience} ms`, rule));
  };
  let timer = setTimeout(silent, patience);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(silent, patience);
  };

  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < resources.length; index = next++) {
      const resource = resources[index];
      if (resource === undefined || answers[index] !== undefined) continue;
      answers[index] = await answerOf(process, resource);
      heard();
    }
  };
  try {
    await Promise.race([process.configure(tags), silence.promise]);
    heard();
    await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, work)), silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(process: PackProcess, resource: PackResource): Promise<PackAnswer> {
  try {
    const findings = await process.analyze(resource);
    const foreign = findings.find(({ urn }) => urn !== undefined && urn !== resource.urn);
    if (foreign === undefined) return { findings };
    return {
      error: new PackError("nonsense", "it speaks of another resource than it was asked about", foreign.policy),
    };
  } catch (error) {
    if (error instanceof PackError && error.fault !== "died") return { error };
    throw error;
  }
}
