import { startBaseline } from "../baseline/baseline.ts";
import type { Ground } from "../ground.ts";
import { inTurn, type Rounds } from "../measure/inTurn.ts";
import { lifeOf, rowsOf, wholeOf } from "../measure/lifecycle.ts";
import { pairedRatios } from "../measure/spread.ts";
import type { Row, Section } from "../report.ts";
import { REGION } from "../service/restClient.ts";
import { installHeavyPlugin } from "../stock/heavyPlugin.ts";

const TARGET = "heavy";

/** (k) A stack's life where engines start the provider as a process of 300 MB that takes 3 s to answer. */
export async function heavyProviders(ground: Ground, resources: number, rounds: Rounds): Promise<Section> {
  const { meridian, world } = ground;
  await installHeavyPlugin(meridian.pulumiHome, world.providerPort);
  await meridian.rest.call("POST", "/v1/targets", {
    name: TARGET,
    cloud: "aws",
    account: "111122223333",
    environment: "production",
    regions: [REGION],
  });
  const heavy = { ...world, installProviders: (home: string) => installHeavyPlugin(home, world.providerPort) };
  const baseline = await startBaseline(heavy);
  try {
    const lives = await inTurn(
      {
        service: lifeOf(meridian.restTo(TARGET), `heavy-${resources}`, resources),
        plain: lifeOf(baseline.as("plain"), `heavy-plain-${resources}`, resources),
        equallySafe: lifeOf(baseline.as("equally-safe"), `heavy-safe-${resources}`, resources),
      },
      rounds,
    );
    const ratio = (to: "plain" | "equallySafe", name: string): Row => ({
      what: `service / ${name}`,
      unit: "ratio",
      values: pairedRatios(lives.service.map(wholeOf), lives[to].map(wholeOf)),
    });
    return {
      title: `(k) create + change + destroy through REST, ${resources} resources, providers as slow processes`,
      rows: [
        ratio("plain", "plain"),
        ratio("equallySafe", "equally safe"),
        ...rowsOf("service", lives.service),
        ...rowsOf("plain", lives.plain),
        ...rowsOf("equally safe", lives.equallySafe),
      ],
    };
  } finally {
    await baseline.close();
  }
}
