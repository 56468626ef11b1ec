import type { Placement } from "../../../programs/blueprint.ts";
import { development, type RecordedStack, recordBlueprint } from "../recordedStack.ts";

/** What `game-servers` registers, without an engine. */
export function recordStack(inputs: unknown = {}, placement: Placement = development): Promise<RecordedStack> {
  return recordBlueprint({ blueprint: "game-servers", inputs, placement });
}
