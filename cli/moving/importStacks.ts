import type { Destination } from "./destination.ts";
import { IMPORTED_FROM, IMPORTED_STATE, planImport, type Step } from "./importPlan.ts";
import type { StackReport } from "./importReport.ts";
import type { SourceBackend, SourceStack } from "./sourceBackend.ts";
import type { StackPlace, StateFacts } from "./sourceState.ts";

export interface ImportDeps {
  readonly source: SourceBackend;
  readonly service: Destination;
  readonly team: string;
  readonly dryRun: boolean;
  readonly adopt: boolean;
  /** The project of stacks whose backend keeps none and whose state names none. */
  readonly inProject: string | undefined;
  /** Only stacks of these projects; undefined for all. */
  readonly projects: readonly string[] | undefined;
}

interface Work {
  readonly stack: SourceStack;
  readonly place: StackPlace;
  readonly facts: StateFacts;
  readonly tags: Readonly<Record<string, string>>;
}

/** The service's own tags, and values it would refuse, are left behind. */
const RESERVED = "meridian:";
const LONGEST_TAG = 256;

/** Takes one stack over, or says why not; undefined when it is not one of those asked for. Whatever fails is this stack's alone. */
export async function importStack(deps: ImportDeps, stack: SourceStack): Promise<StackReport | undefined> {
  if (stack.project !== undefined && deps.projects?.includes(stack.project) === false) return undefined;
  const { source, service, team } = deps;
  let known: Partial<StackReport> = {};
  try {
    const { facts } = await source.read(stack);
    known = { resources: facts.resources, secrets: facts.secrets };
    if (facts.provider !== undefined) known = { ...known, secretsProvider: facts.provider };
    const project = stack.project ?? facts.project ?? deps.inProject;
    if (project === undefined) return report(stack, "refused", { ...known, reason: unknownProject });
    if (deps.projects?.includes(project) === false) return undefined;
    const place: StackPlace = { team, project, stack: stack.name };
    const all = await source.tags(stack);
    const leftOut = Object.keys(all).filter((name) => !isKept(name, all[name]));
    const tags = Object.fromEntries(Object.entries(all).filter(([name, value]) => isKept(name, value)));
    const historyEntries = await source.history(stack);
    known = { ...known, stack: nameOf(place), historyEntries, tags, tagsLeftOut: leftOut, ...configOf(place, facts) };
    const present = await service.find(place);
    const step = planImport({ facts, lock: await source.lock(stack), present, adopt: deps.adopt });
    return await carryOut(deps, step, { work: { stack, place, facts, tags }, known });
  } catch (error) {
    return report(stack, "failed", { ...known, reason: error instanceof Error ? error.message : String(error) });
  }
}

const unknownProject = "its project is not known, for it has no resources: give it with --in-project";

async function carryOut(
  deps: ImportDeps,
  step: Step,
  { work, known }: { readonly work: Work; readonly known: Partial<StackReport> },
): Promise<StackReport> {
  const { stack, place, facts } = work;
  if (step.do === "nothing") return report(stack, "unchanged", known);
  if (step.do === "refuse") return report(stack, "refused", { ...known, reason: step.reason });
  const read = await deps.source.read(stack);
  const open = facts.secrets > 0 ? await deps.source.open(stack) : read.state;
  if (open.deployment?.manifest?.time !== facts.writtenAt || read.facts.fingerprint !== facts.fingerprint)
    return report(stack, "refused", { ...known, reason: "it was changed while it was read: import it again" });
  const adopts = step.do === "adopt";
  if (deps.dryRun) return report(stack, adopts ? "would-adopt" : "would-import", known);
  const before = (await deps.service.find(place))?.version ?? 0;
  const isEmpty = open.deployment === undefined || open.deployment === null;
  const tags = {
    ...work.tags,
    [IMPORTED_FROM]: deps.source.shown.slice(0, LONGEST_TAG),
    [IMPORTED_STATE]: `${isEmpty ? before : before + 1}:${facts.fingerprint}`,
  };
  // The tag comes first: an import that breaks off is known by it, and resumed.
  if (step.do === "import") await deps.service.make(place, tags);
  else await deps.service.retag(place, tags);
  try {
    if (!isEmpty) await deps.service.importState(place, open);
  } catch (error) {
    if (step.do === "import") await deps.service.unmake(place);
    throw error;
  }
  return report(stack, adopts ? "adopted" : "imported", known);
}

function isKept(name: string, value: string | undefined): boolean {
  return !name.startsWith(RESERVED) && name.length <= LONGEST_TAG && (value ?? "").length <= LONGEST_TAG;
}

/** The program's `Pulumi.<stack>.yaml` names the old provider until it is told otherwise; the service's own needs no telling. */
function configOf(place: StackPlace, { provider }: StateFacts): Pick<StackReport, "configCommand"> {
  if (provider === undefined || provider === "service") return {};
  return { configCommand: `pulumi stack change-secrets-provider default --stack ${nameOf(place)}` };
}

const nameOf = ({ team, project, stack }: StackPlace): string => `${team}/${project}/${stack}`;

function report(stack: SourceStack, outcome: StackReport["outcome"], known: Partial<StackReport>): StackReport {
  return { source: stack.ref, stack: undefined, ...known, outcome };
}
