import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedRatios } from "../measure/spread.ts";
import { timed } from "../measure/timed.ts";
import type { MeasuredInputs } from "../program/measuredInputs.ts";
import type { Section } from "../report.ts";

const aims = { plain: 0.4, equallySafe: 0.25 } as const;

/** (f) A large stack made and removed. */
export async function large({ meridian, baseline }: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const contender =
    (
      who: string,
      create: (name: string, inputs: MeasuredInputs) => Promise<unknown>,
      destroy: (name: string) => Promise<unknown>,
    ) =>
    async (round: number) => {
      const name = `large-${who}-${round}`;
      return {
        create: await timed(() => create(name, { resources, generation: 1 })),
        destroy: await timed(() => destroy(name)),
      };
    };
  const runs = await inTurn(
    {
      service: contender("service", meridian.rest.create, meridian.rest.destroy),
      plain: contender("plain", (name, inputs) => baseline.create(name, inputs, "plain"), baseline.destroy),
      equallySafe: contender("safe", (name, inputs) => baseline.create(name, inputs, "equally-safe"), baseline.destroy),
    },
    rounds,
  );
  const whole = (of: keyof typeof runs) => runs[of].map(({ create, destroy }) => create + destroy);
  const ratio = (to: "plain" | "equallySafe", name: string) => ({
    what: `service / ${name}`,
    unit: "ratio" as const,
    values: pairedRatios(whole("service"), whole(to)),
    aim: { bound: "at most" as const, value: aims[to] },
  });
  const part = (of: keyof typeof runs, name: string, which: "create" | "destroy") => ({
    what: `${name}, ${which}`,
    unit: "s" as const,
    values: runs[of].map((run) => run[which] / 1_000),
  });
  return {
    title: `(f) create + destroy through REST, ${resources} resources`,
    rows: [
      ratio("plain", "plain"),
      ratio("equallySafe", "equally safe"),
      ...(["create", "destroy"] as const).flatMap((which) => [
        part("service", "service", which),
        part("plain", "plain", which),
        part("equallySafe", "equally safe", which),
      ]),
    ],
  };
}
