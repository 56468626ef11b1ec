import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedRatios } from "../measure/spread.ts";
import { timed } from "../measure/timed.ts";
import type { Section } from "../report.ts";

const READS = 20;

/** (i) Reading the outputs of a stack that stands. One of our readings is too short to be timed alone. */
export async function outputs({ meridian, baseline }: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const name = `read-${resources}`;
  const inputs = { resources, generation: 1 };
  await meridian.rest.create(name, inputs);
  await baseline.create(name, inputs, "plain");
  try {
    const reads = await inTurn(
      {
        service: async () => {
          const all = await timed(async () => {
            for (let read = 0; read < READS; read += 1) await meridian.rest.outputs(name);
          });
          return all / READS;
        },
        naive: () => timed(() => baseline.outputs(name)),
      },
      rounds,
    );
    return {
      title: `(i) outputs of a stack of ${resources} resources, read through REST`,
      rows: [
        {
          what: "service / naive",
          unit: "ratio",
          values: pairedRatios(reads.service, reads.naive),
          aim: { bound: "at most", value: 0.02 },
        },
        { what: "- service", unit: "ms", values: reads.service },
        { what: "- naive", unit: "ms", values: reads.naive },
      ],
    };
  } finally {
    await meridian.rest.destroy(name);
    await baseline.destroy(name);
  }
}
