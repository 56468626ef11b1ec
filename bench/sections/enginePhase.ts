import { type Baseline, startBaseline } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import { createDatabase } from "../measure/database.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";

const aims = { file: { create: 0.3, destroy: 0.2 }, postgres: { create: 0.12, destroy: 0.08 } } as const;

/** (g) A large stack made and removed, the engine's command alone: the gate on, beside engines that keep the state themselves. */
export async function enginePhase(ground: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const url = await createDatabase(ground.meridian.databaseUrl, "measured_state");
  const postgres = await startBaseline(ground.world, { kind: "postgres", url });
  try {
    const runs = await inTurn(
      {
        service: throughService(ground, resources),
        file: throughBaseline(ground.baseline, "file", resources),
        postgres: throughBaseline(postgres, "postgres", resources),
      },
      rounds,
    );
    const part = (of: keyof typeof runs, which: "create" | "destroy") => runs[of].map((run) => run[which]);
    const ratio = (to: "file" | "postgres", which: "create" | "destroy"): Row => ({
      what: `${which}, service / naive on ${to}://`,
      unit: "ratio",
      values: pairedRatios(part("service", which), part(to, which)),
      aim: { bound: "at most", value: aims[to][which] },
    });
    const seconds = (of: keyof typeof runs, which: "create" | "destroy"): Row => ({
      what: `- ${of === "service" ? of : `naive on ${of}://`}, ${which}`,
      unit: "s",
      values: part(of, which).map((ms) => ms / 1_000),
    });
    const whiches = ["create", "destroy"] as const;
    return {
      title: `(g) the engine's part of create and destroy, ${resources} resources`,
      rows: [
        ...(["file", "postgres"] as const).flatMap((to) => whiches.map((which) => ratio(to, which))),
        ...(["service", "file", "postgres"] as const).flatMap((of) => whiches.map((which) => seconds(of, which))),
      ],
    };
  } finally {
    await postgres.close();
  }
}

interface EngineTimes {
  readonly create: number;
  readonly destroy: number;
}

function throughService({ meridian }: Ground, resources: number) {
  return async (round: number): Promise<EngineTimes> => {
    const name = `engine-${resources}-${round}`;
    await meridian.rest.create(name, { resources, generation: 1 });
    const create = await meridian.rest.lastOperationMs(name);
    await meridian.rest.destroy(name);
    return { create, destroy: await meridian.rest.lastOperationMs(name) };
  };
}

function throughBaseline(baseline: Baseline, who: string, resources: number) {
  return async (round: number): Promise<EngineTimes> => {
    const name = `engine-${who}-${resources}-${round}`;
    const create = await baseline.create(name, { resources, generation: 1 }, "plain");
    return { create, destroy: await baseline.destroy(name) };
  };
}
