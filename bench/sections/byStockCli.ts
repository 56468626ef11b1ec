import { POLICY_PACK } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { lifeByStockCli, rowsOf, wholeOf } from "../measure/lifecycle.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Section } from "../report.ts";
import { setUpStockProject } from "../stock/stockProject.ts";

/** (b) The same by a plain `pulumi` with Meridian as its backend, beside `file://` with the pack. Both preview and then apply. */
export async function byStockCli({ meridian, world }: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const service = await setUpStockProject(world, { service: { url: meridian.url, key: meridian.adminKey } });
  const file = await setUpStockProject(world, { policyPack: POLICY_PACK });
  try {
    const lives = await inTurn(
      { service: lifeByStockCli(service, resources), file: lifeByStockCli(file, resources) },
      rounds,
    );
    return {
      title: `(b) create + change + destroy by plain pulumi, ${resources} resources`,
      rows: [
        {
          what: "on Meridian / on file://",
          unit: "ratio",
          values: pairedRatios(lives.service.map(wholeOf), lives.file.map(wholeOf)),
        },
        ...rowsOf("on Meridian", lives.service),
        ...rowsOf("on file://", lives.file),
      ],
    };
  } finally {
    await service.close();
    await file.close();
  }
}
