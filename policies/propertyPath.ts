export type PropertyPath = readonly (string | number)[];

const plainKey = /^[A-Za-z_$][\w$]*$/;

/** Pulumi's notation: `ingress[0].cidrBlocks`, `tags["meridian:owner"]`. */
export const pathText = (path: PropertyPath): string =>
  path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (!plainKey.test(segment)) return `${text}[${JSON.stringify(segment)}]`;
    return text === "" ? segment : `${text}.${segment}`;
  }, "");

export const valueAt = (root: unknown, path: PropertyPath): unknown =>
  path.reduce<unknown>(
    (value, segment) => (typeof value === "object" && value !== null ? Reflect.get(value, segment) : undefined),
    root,
  );

/** Whether one path is the other or lies inside it; `list[1]` does not lie inside `list[10]`. */
export const covers = (outer: string, inner: string): boolean =>
  inner === outer || (inner.startsWith(outer) && (inner[outer.length] === "." || inner[outer.length] === "["));
