import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { pairedRatios } from "../measure/spread.ts";
import { timed } from "../measure/timed.ts";
import type { Row, Section } from "../report.ts";
import { setUpStockProject } from "../stock/stockProject.ts";

const AIM = { bound: "at most", value: 1.5 } as const;
const STACK = "gated";

/** (o) `meridian gate` of a small program, started cold and without a service, beside a plain `pulumi preview` of it. */
export async function coldGate({ world }: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const project = await setUpStockProject(world, {});
  try {
    await project.init(STACK, { resources, generation: 1 });
    const contenders = {
      gate: () => timed(() => project.gate(STACK)),
      preview: () => timed(() => project.preview(STACK)),
    };
    await inTurn(contenders, { rounds: 1, until: rounds.until }); // what is compiled once for a user is compiled then
    const { gate, preview } = await inTurn(contenders, rounds);
    return {
      title: `(o) cold, ${resources} resources`,
      rows: [
        { what: "meridian gate / pulumi preview", unit: "ratio", values: pairedRatios(gate, preview), aim: AIM },
        { what: "- meridian gate", unit: "ms", values: gate },
        { what: "- pulumi preview", unit: "ms", values: preview },
      ] satisfies readonly Row[],
    };
  } finally {
    await project.close();
  }
}
