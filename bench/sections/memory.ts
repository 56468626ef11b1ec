import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { type ProcessSize, processTree, sumOf, without } from "../measure/processTree.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";

const LOOK_MS = 40;
const MEGABYTE = 1024 * 1024;
const ENGINE = /\/pulumi (up|preview)\b/;
const PACK = /runner\/analyzer\.ts/;
/** Shared by all contenders, and no part of an operation. */
const CLOUD_AND_DATABASE = /postgres|sandbox\/main\.ts/;

interface Peak {
  readonly operation: number;
  readonly everything: number;
}

/** (d) The most that the processes of one create hold, resident: its engine, what runs the program, the pack. */
export async function memory(
  { meridian, baseline }: Ground,
  sizes: readonly number[],
  rounds: Rounds,
): Promise<Section> {
  const rows: Row[] = [];
  for (const resources of sizes) {
    const inputs = { resources, generation: 1 };
    const peaks = await inTurn(
      {
        service: async (round) => {
          const name = `memory-${resources}-${round}`;
          const look = () => without(processTree(meridian.pid), CLOUD_AND_DATABASE);
          const peak = await peakDuring(() => meridian.rest.create(name, inputs), { look, operation: ofOneOperation });
          await meridian.rest.destroy(name);
          return peak;
        },
        plain: async (round) => {
          const name = `memory-${resources}-${round}`;
          const look = () => processTree(baseline.pid);
          const peak = await peakDuring(() => baseline.create(name, inputs, "plain"), {
            look,
            operation: (tree) => tree,
          });
          await baseline.destroy(name);
          return peak;
        },
      },
      rounds,
    );
    const [service, plain] = [peaks.service.map((each) => each.operation), peaks.plain.map((each) => each.operation)];
    rows.push(
      { what: `service / plain, ${resources} resources`, unit: "ratio", values: pairedRatios(service, plain) },
      { what: "- service: engine, runner, pack", unit: "MB", values: service },
      { what: "- plain: engine, server, language host, pack", unit: "MB", values: plain },
      {
        what: "- service with control process, host and idle runners",
        unit: "MB",
        values: peaks.service.map((each) => each.everything),
      },
    );
  }
  return { title: "(d) resident memory of a running create, at its peak", rows };
}

/** The engine, the runner that started it, and the largest of the packs kept warm. */
function ofOneOperation(tree: readonly ProcessSize[]): readonly ProcessSize[] {
  const engines = tree.filter(({ command }) => ENGINE.test(command));
  const runners = tree.filter(({ pid }) => engines.some(({ parent }) => parent === pid));
  const packs = tree
    .filter(({ command }) => PACK.test(command))
    .toSorted((one, other) => other.residentBytes - one.residentBytes)
    .slice(0, 1);
  return [...engines, ...runners, ...packs];
}

interface Looking {
  readonly look: () => readonly ProcessSize[];
  readonly operation: (tree: readonly ProcessSize[]) => readonly ProcessSize[];
}

/** In megabytes. Pages that two processes share count twice, on either side. */
async function peakDuring(work: () => Promise<unknown>, { look, operation }: Looking): Promise<Peak> {
  let peak: Peak = { operation: 0, everything: 0 };
  const timer = setInterval(() => {
    const tree = look();
    peak = {
      operation: Math.max(peak.operation, sumOf(operation(tree)) / MEGABYTE),
      everything: Math.max(peak.everything, sumOf(tree) / MEGABYTE),
    };
  }, LOOK_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}
