import { Problem } from "../base/problem.ts";
import { PROJECT, type StackPlacement, stackTags } from "./stackConfig.ts";

/** What a stack is held to from its first moment, by its name. */
export interface StackBinding {
  readonly target: string;
  readonly region: string;
  readonly doors: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

interface BoundTarget {
  readonly target: StackPlacement["target"];
  readonly regions: readonly string[];
  readonly doors: readonly string[];
}

interface NamedStack {
  readonly team: string;
  readonly project: string;
  readonly name: string;
}

const SHAPE = /^([a-z][a-z0-9-]{1,38}[a-z0-9])\.([a-z][a-z0-9-]{1,38}[a-z0-9])\.([a-z0-9-]+)$/;

/**
 * Binds a stack that a client makes in the service's own project to the target that its name says, so that it is judged,
 * placed and guarded like one that was asked for by REST. Stacks of foreign projects are bound to nothing.
 *
 * @throws Problem `invalid-request` for a name that is none of the project, or a target or region there is not;
 * `door-closed` where the target's stacks are made by the service alone.
 */
export function createStackBinding(findTarget: (name: string) => Promise<BoundTarget | undefined>) {
  return async function bindingOf({ team, project, name }: NamedStack): Promise<StackBinding | undefined> {
    if (project !== PROJECT) return undefined;
    const [, stackSet = "", targetName = "", region = ""] = SHAPE.exec(name) ?? [];
    if (stackSet === "") {
      throw refuse(
        `Stacks of the project ${PROJECT} are called <stack set>.<target>.<region>, as launch.sandbox.eu-west-1; ${name} is not.`,
      );
    }
    const found = await findTarget(targetName);
    if (found === undefined)
      throw refuse(`The stack ${name} names the target ${targetName}, and there is none. GET /v1/targets lists them.`);
    const { target, regions, doors } = found;
    if (!regions.includes(region))
      throw refuse(`The target ${targetName} does not allow ${region}. It allows ${regions.join(", ")}.`);
    if (!doors.includes("cli")) {
      throw new Problem(
        "door-closed",
        `The stacks of the target ${targetName} are made by the service: POST /v1/stack-sets.`,
      );
    }
    return { target: target.name, region, doors, tags: stackTags({ team, stackSet, region, target }) };
  };
}

const refuse = (detail: string) => new Problem("invalid-request", detail);
