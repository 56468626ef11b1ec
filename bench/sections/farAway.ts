import type { Ground } from "../ground.ts";
import { startDistance } from "../measure/distance.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { lifeByStockCli, rowsOf, wholeOf } from "../measure/lifecycle.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Section } from "../report.ts";
import { setUpStockProject } from "../stock/stockProject.ts";

const ROUND_TRIP_MS = 80;

/** (j) A plain `pulumi` on another continent beside one next door. */
export async function farAway({ meridian, world }: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const distance = await startDistance(meridian.url, ROUND_TRIP_MS);
  const near = await setUpStockProject(world, { service: { url: meridian.url, key: meridian.adminKey } });
  const far = await setUpStockProject(world, { service: { url: distance.url, key: meridian.adminKey } });
  try {
    const lives = await inTurn(
      { near: lifeByStockCli(near, resources, "near"), far: lifeByStockCli(far, resources, "far") },
      rounds,
    );
    return {
      title: `(j) create + change + destroy by plain pulumi at a round trip of ${ROUND_TRIP_MS} ms, ${resources} resources`,
      rows: [
        {
          what: "far / near",
          unit: "ratio",
          values: pairedRatios(lives.far.map(wholeOf), lives.near.map(wholeOf)),
          aim: { bound: "at most", value: 1.3 },
        },
        ...rowsOf("far", lives.far),
        ...rowsOf("near", lives.near),
      ],
    };
  } finally {
    await near.close();
    await far.close();
    await distance.close();
  }
}
