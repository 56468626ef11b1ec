import type { Ground } from "../ground.ts";
import { RUNNERS } from "../ground.ts";
import { allAtOnce } from "../measure/allAtOnce.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedRatios } from "../measure/spread.ts";
import { timed } from "../measure/timed.ts";
import type { Row, Section } from "../report.ts";
import { type Meridian, startMeridian } from "../service/meridian.ts";

const RESOURCES = 10;
const STACKS = 12;
const PROBED = 4;
const MINUTE_MS = 60_000;
const AIM = { bound: "at least", value: 4 } as const;

/** Operations a minute at one concurrency: so many stacks made, then all removed. */
type Measure = (label: string, stacks: number) => Promise<number>;

/** (c) Many small stacks, each side at the concurrency at which it is fastest. */
export async function throughput({ meridian, baseline, world }: Ground, rounds: Rounds): Promise<Section> {
  const wider = await startMeridian({ folder: world.folder, runners: RUNNERS + 1 });
  try {
    const service = await fastest([
      { atOnce: RUNNERS, measure: serviceAt(meridian) },
      { atOnce: RUNNERS + 1, measure: serviceAt(wider) },
    ]);
    const plain = await fastest(
      [1, 2, 3].map((atOnce) => ({
        atOnce,
        measure: async (label: string, stacks: number) => {
          const names = Array.from({ length: stacks }, (_, index) => `many-${label}-${index}`);
          const inputs = { resources: RESOURCES, generation: 1 };
          return perMinute(2 * stacks, async () => {
            await allAtOnce(names, atOnce, (name) => baseline.create(name, inputs, "plain"));
            await allAtOnce(names, atOnce, (name) => baseline.destroy(name));
          });
        },
      })),
    );
    const measured = await inTurn(
      {
        service: (round) => service.measure(`s${round}`, STACKS),
        plain: (round) => plain.measure(`p${round}`, STACKS),
      },
      rounds,
    );
    const speed = (what: string, values: readonly number[]): Row => ({ what, unit: "a minute", values });
    return {
      title: `(c) operations a minute: ${STACKS} stacks of ${RESOURCES} resources made and removed`,
      rows: [
        { what: "service / plain", unit: "ratio", values: pairedRatios(measured.service, measured.plain), aim: AIM },
        speed(`service, ${service.atOnce} at once`, measured.service),
        speed(`plain, ${plain.atOnce} at once`, measured.plain),
        ...service.others.map(({ atOnce, speed: value }) => speed(`(service, ${atOnce} at once: slower)`, [value])),
        ...plain.others.map(({ atOnce, speed: value }) => speed(`(plain, ${atOnce} at once: slower)`, [value])),
      ],
    };
  } finally {
    await wider.close();
  }
}

/** The service queues by itself: it is asked for everything at once. */
function serviceAt({ rest }: Meridian): Measure {
  return async (label, stacks) => {
    const names = Array.from({ length: stacks }, (_, index) => `many-${label}-${index}`);
    return perMinute(2 * stacks, async () => {
      await allAtOnce(names, stacks, (name) => rest.create(name, { resources: RESOURCES, generation: 1 }));
      await allAtOnce(names, stacks, (name) => rest.destroy(name));
    });
  };
}

async function perMinute(operations: number, work: () => Promise<void>): Promise<number> {
  return (operations * MINUTE_MS) / (await timed(work));
}

interface Candidate {
  readonly atOnce: number;
  readonly measure: Measure;
}

async function fastest(candidates: readonly Candidate[]) {
  const probed: { readonly atOnce: number; readonly measure: Measure; readonly speed: number }[] = [];
  for (const candidate of candidates) {
    const speed = await candidate.measure(`probe-${candidate.atOnce}`, PROBED);
    probed.push({ ...candidate, speed });
  }
  const [best, ...others] = probed.toSorted((one, other) => other.speed - one.speed);
  if (best === undefined) throw new RangeError("nothing to choose from");
  return { ...best, others };
}
