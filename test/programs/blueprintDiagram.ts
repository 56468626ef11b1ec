import type { RecordedStack } from "./recordedStack.ts";

/**
 * What a blueprint makes, as a Mermaid graph: its components, what each consists of, and which is built from which. Made from the
 * registrations, so that it cannot say what the program does not do.
 */
export function blueprintDiagram({ resources }: RecordedStack): string {
  // Names go into everything: to draw that would hide the rest.
  const components = resources.filter(({ custom, type }) => !custom && /^meridian:(?!.*:StackNames$)/.test(type));
  const ownerOf = new Map(
    resources.map(({ urn, parentUrn, custom }) => [urn, custom ? parentUrn : urn]), // a component stands for itself
  );
  const idOf = new Map(components.map(({ urn }, index) => [urn, `c${index}`]));
  const boxes = components.map(({ urn, name, type }) => {
    const parts = count(resources.filter(({ custom, parentUrn }) => custom && parentUrn === urn).map(kindOf));
    return `  ${idOf.get(urn)}["${[`<b>${name}</b> ${type.split(":").at(-1)}`, ...parts].join("<br/>")}"]`;
  });
  const arrows = new Set<string>();
  for (const { urn, parentUrn, custom, inputSources } of resources) {
    const to = idOf.get(custom ? parentUrn : urn);
    for (const source of Object.values(inputSources).flat()) {
      const from = idOf.get(ownerOf.get(source) ?? "");
      if (from !== undefined && to !== undefined && from !== to) arrows.add(`  ${from} --> ${to}`);
    }
  }
  return `${["graph LR", ...boxes, ...[...arrows].toSorted()].join("\n")}\n`;
}

const kindOf = ({ type }: { readonly type: string }): string => {
  const [packageName = "", module = "", kind = ""] = type.split(":");
  return packageName === "kubernetes" ? kind : `${module.split("/")[0]} ${kind}`;
};

function count(kinds: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, n]) => (n === 1 ? kind : `${kind} × ${n}`));
}
