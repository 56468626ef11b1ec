import { judgeResource, judgeStack } from "../../policies/index.ts";
import { development, type Recording, recordBlueprint } from "./recordedStack.ts";

/** What the rules say of every resource of a stack, as the backend's gate would ask them. */
export async function verdictsOn(recording: Recording): Promise<readonly string[]> {
  const { placement = development } = recording;
  const { resources } = await recordBlueprint(recording);
  const stack = `${placement.stackSet}.${placement.target}.${placement.region}`;
  const judged = resources.map((resource) => ({
    urn: resource.urn,
    id: `${resource.name}-id`,
    type: resource.type,
    name: resource.name,
    inputs: resource.inputs,
    propertyDependencies: resource.inputSources,
    step: "create" as const,
    secrets: resource.secretInputs,
    protect: resource.protect,
  }));
  const context = {
    environment: placement.environment,
    project: "meridian",
    stack,
    stackSet: placement.stackSet,
    phase: "up" as const,
    siblings: (type: string) => judged.filter((resource) => resource.type === type),
  };
  const verdicts = [...judged.flatMap((resource) => judgeResource(resource, context)), ...judgeStack(judged, context)];
  return verdicts.map(({ level, policy, message }) => `${level} ${policy}: ${message}`);
}
