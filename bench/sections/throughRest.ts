import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { lifeThroughBaseline, lifeThroughService, rowsOf, wholeOf } from "../measure/lifecycle.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";

export interface RestAims {
  readonly plain: number;
  readonly equallySafe: number;
  /** Of the creation alone, and of the processor's time for all of it, both beside the equally safe baseline. */
  readonly create?: number;
  readonly processor?: number;
}

/** (a) One stack made, changed and removed through the service, from request to readable result, beside the two baselines. */
export async function throughRest(
  ground: Ground,
  resources: number,
  { aims, ...rounds }: Rounds & { readonly aims: RestAims },
): Promise<Section> {
  const lives = await inTurn(
    {
      service: lifeThroughService(ground, resources),
      plain: lifeThroughBaseline(ground, "plain", resources),
      equallySafe: lifeThroughBaseline(ground, "equally-safe", resources),
    },
    rounds,
  );
  const service = lives.service.map(wholeOf);
  const cpu = (of: keyof typeof lives) => lives[of].map(({ cpuSeconds }) => cpuSeconds);
  const ratio = (to: string, values: readonly number[], value: number) => ({
    what: `service / ${to}`,
    unit: "ratio" as const,
    values: pairedRatios(service, values),
    aim: { bound: "at most" as const, value },
  });
  return {
    title: `(a) create + change + destroy through REST, ${resources} resources`,
    rows: [
      ratio("plain", lives.plain.map(wholeOf), aims.plain),
      ratio("equally safe", lives.equallySafe.map(wholeOf), aims.equallySafe),
      { what: "processor time, service / plain", unit: "ratio", values: pairedRatios(cpu("service"), cpu("plain")) },
      {
        what: "create alone, service / equally safe",
        unit: "ratio",
        values: pairedRatios(
          lives.service.map(({ create }) => create),
          lives.equallySafe.map(({ create }) => create),
        ),
        ...atMost(aims.create),
      },
      {
        what: "processor time, service / equally safe",
        unit: "ratio",
        values: pairedRatios(cpu("service"), cpu("equallySafe")),
        ...atMost(aims.processor),
      },
      { what: "- processor time, service", unit: "s", values: cpu("service") },
      { what: "- processor time, plain", unit: "s", values: cpu("plain") },
      { what: "- processor time, equally safe", unit: "s", values: cpu("equallySafe") },
      ...rowsOf("service", lives.service),
      ...rowsOf("plain", lives.plain),
      ...rowsOf("equally safe", lives.equallySafe),
    ],
  };
}

const atMost = (value: number | undefined): Pick<Row, "aim"> =>
  value === undefined ? {} : { aim: { bound: "at most", value } };
