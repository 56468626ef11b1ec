import type { Placement } from "../blueprint.ts";
import type { GameServersInputs } from "./inputs.ts";

/** What is allowed, and yet may not be what someone meant. */
export function warnings(inputs: GameServersInputs, { environment, cloud }: Placement): readonly string[] {
  const found: string[] = [];
  if (cloud === "aws" && inputs.operatorCidrs.length === 0) {
    found.push(
      "operatorCidrs is empty: the cluster's endpoint is reached from inside the network only, so whoever runs this update must be inside too",
    );
  }
  const images = [inputs.image, inputs.blueImage, inputs.greenImage];
  if (environment === "production" && images.every((image) => image === undefined)) {
    found.push("no image is named: a stand-in runs, which plays no game");
  }
  return found;
}
