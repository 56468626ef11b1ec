import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { processTree } from "../measure/processTree.ts";
import { pairedDifferences, pairedRatios } from "../measure/spread.ts";
import { writtenBytesOf } from "../measure/writtenBytes.ts";
import type { Section } from "../report.ts";

const [SMALL, LARGE, WRITTEN] = [100, 800, 400];
const MEGABYTE = 1024 * 1024;

/** (h) What more resources cost: time of the engine's part of a create, and bytes handed to storage by one. */
export async function growth(ground: Ground, rounds: Rounds): Promise<Section> {
  const times = await inTurn({ small: engineMs(ground, SMALL), large: engineMs(ground, LARGE) }, rounds);
  const written = await inTurn(
    { service: writtenByService(ground, WRITTEN), file: writtenByBaseline(ground, WRITTEN) },
    rounds,
  );
  const service = pairedDifferences(
    written.service.map(({ toDatabase }) => toDatabase),
    written.file.map(({ toDatabase }) => toDatabase),
  );
  const file = written.file.map(({ toFiles }) => toFiles);
  const seconds = (values: readonly number[]) => values.map((ms) => ms / 1_000);
  return {
    title: "(h) growth",
    rows: [
      {
        what: `create of ${LARGE} / of ${SMALL}, engine's part`,
        unit: "ratio",
        values: pairedRatios(times.large, times.small),
        aim: { bound: "at most", value: 9 },
      },
      { what: `- ${SMALL} resources`, unit: "s", values: seconds(times.small) },
      { what: `- ${LARGE} resources`, unit: "s", values: seconds(times.large) },
      {
        what: `bytes written by a create of ${WRITTEN}, service / naive on file://`,
        unit: "ratio",
        values: pairedRatios(service, file),
        aim: { bound: "at most", value: 0.03 },
      },
      { what: "- service, into the write-ahead log", unit: "MB", values: service },
      { what: "- naive on file://", unit: "MB", values: file },
    ],
  };
}

function engineMs({ meridian }: Ground, resources: number) {
  return async (round: number): Promise<number> => {
    const name = `growth-${resources}-${round}`;
    await meridian.rest.create(name, { resources, generation: 1 });
    const ms = await meridian.rest.lastOperationMs(name);
    await meridian.rest.destroy(name);
    return ms;
  };
}

/** The simulated cloud keeps its state in the service's database too: what it writes there is seen while a baseline runs. */
interface Written {
  readonly toFiles: number;
  readonly toDatabase: number;
}

async function writtenDuring({ meridian, baseline }: Ground, work: () => Promise<unknown>): Promise<Written> {
  const look = async (): Promise<Written> => ({
    toFiles: writtenBytesOf(processTree(baseline.pid)) / MEGABYTE,
    toDatabase: (await meridian.writeAheadBytes()) / MEGABYTE,
  });
  const before = await look();
  await work();
  const after = await look();
  return { toFiles: after.toFiles - before.toFiles, toDatabase: after.toDatabase - before.toDatabase };
}

function writtenByService(ground: Ground, resources: number) {
  return async (round: number): Promise<Written> => {
    const name = `written-${resources}-${round}`;
    const written = await writtenDuring(ground, () => ground.meridian.rest.create(name, { resources, generation: 1 }));
    await ground.meridian.rest.destroy(name);
    return written;
  };
}

function writtenByBaseline(ground: Ground, resources: number) {
  return async (round: number): Promise<Written> => {
    const name = `written-${resources}-${round}`;
    const inputs = { resources, generation: 1 };
    const written = await writtenDuring(ground, () => ground.baseline.create(name, inputs, "plain"));
    await ground.baseline.destroy(name);
    return written;
  };
}
