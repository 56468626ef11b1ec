import { forkAndWait } from "../measure/childProcess.ts";

/** What a blueprint registers, without an engine: as a team would ask for it in the sandbox. */
export interface Recording {
  readonly blueprint: string;
  readonly resources: readonly RecordedResource[];
}

export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of secret inputs. */
  readonly secrets: readonly string[];
  /** URNs by input. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
}

/** The stack set of what is recorded; tags and names hold it. */
export const STACK_SET = "recorded";

/** Records all blueprints of the checkout, in a process of its own, since the SDK knows one program a process. */
export async function recordBlueprints(): Promise<readonly Recording[]> {
  const module = new URL("./recordings.ts", import.meta.url);
  const child = await forkAndWait({ module, env: { PATH: process.env["PATH"] ?? "" } });
  await child.end();
  return child.first as readonly Recording[]; // our own process's only message
}
