/** A container of a task as far as rules read it. Source: Amazon ECS API, ContainerDefinition. */
export interface Container {
  readonly name?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly user?: string;
  readonly environment?: readonly { readonly name?: string; readonly value?: unknown }[];
  readonly logConfiguration?: unknown;
}

const parsedOf = new WeakMap<object, readonly Container[]>();

/** The containers of a task, which its definition keeps as JSON text; parsed once for each task. None where it cannot be read: the cloud refuses it then. */
export function containersOf(owner: object, definitions: string): readonly Container[] {
  const known = parsedOf.get(owner);
  if (known !== undefined) return known;
  const containers = read(definitions);
  parsedOf.set(owner, containers);
  return containers;
}

function read(definitions: string): readonly Container[] {
  try {
    const parsed: unknown = JSON.parse(definitions);
    const isObject = (item: unknown) => typeof item === "object" && item !== null && !Array.isArray(item);
    return Array.isArray(parsed) ? parsed.filter(isObject) : [];
  } catch {
    return [];
  }
}
