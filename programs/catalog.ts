import type { Blueprint } from "./blueprint.ts";
import { chaosBlueprint } from "./chaos/blueprint.ts";
import { dataProtectionBlueprint } from "./data-protection/blueprint.ts";
import { edgeBlueprint } from "./edge/blueprint.ts";
import { eventServiceBlueprint } from "./event-service/blueprint.ts";
import { gameServersBlueprint } from "./game-servers/blueprint.ts";
import { hybridBlueprint } from "./hybrid/blueprint.ts";
import { networkBlueprint } from "./network/blueprint.ts";
import { observabilityBlueprint } from "./observability/blueprint.ts";
import { telemetryBlueprint } from "./telemetry/blueprint.ts";

export { checkInputs } from "./checkInputs.ts";

const blueprints = {
  chaos: chaosBlueprint,
  "data-protection": dataProtectionBlueprint,
  edge: edgeBlueprint,
  "event-service": eventServiceBlueprint,
  "game-servers": gameServersBlueprint,
  hybrid: hybridBlueprint,
  network: networkBlueprint,
  observability: observabilityBlueprint,
  telemetry: telemetryBlueprint,
} as const;

export type BlueprintName = keyof typeof blueprints;

/** Every blueprint by name. Reading this loads no Pulumi SDK. */
export const catalog: { readonly blueprints: Readonly<Record<BlueprintName, Blueprint>> } = { blueprints };

export function isBlueprintName(name: string): name is BlueprintName {
  return Object.hasOwn(blueprints, name);
}
