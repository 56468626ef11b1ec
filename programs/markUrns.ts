import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Resource } from "@pulumi/pulumi";
import { URN_MARK, urnMark } from "./urnMark.ts";

/** Pulumi's SDK as the program has it: a stored artefact may bring a version of its own. */
export type ProgramSdk = Pick<typeof pulumi, "Config" | "getProject" | "getStack" | "output" | "runtime" | "RunError">;

/** The most tags that AWS lets a resource have ("Tag naming limits and requirements"). */
const MOST_TAGS = 50;

/**
 * From here on, every resource of AWS that the program gives tags is tagged with its URN as well. What has no tags of its own, and
 * what has as many as there may be, is left as it is.
 */
export function markUrns({ getProject, getStack, output, runtime }: ProgramSdk): void {
  const prefix = `urn:pulumi:${getStack()}::${getProject()}::`;
  runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const tags: unknown = props["tags"];
    if (!type.startsWith("aws:") || typeof tags !== "object" || tags === null || Array.isArray(tags)) return undefined;
    const mark = urnMark(`${prefix}${typesAbove(opts.parent)}${type}::${name}`);
    return { props: { ...props, tags: output(tags as Inputs).apply((plain) => marked(plain, mark)) }, opts }; // an object, as asked above
  });
}

function marked(tags: Readonly<Record<string, unknown>>, mark: string): Readonly<Record<string, unknown>> {
  return Object.keys(tags).length >= MOST_TAGS ? tags : { ...tags, [URN_MARK]: mark };
}

/**
 * The types of the parents, as they stand in a URN (sdk/go/common/resource/urn). The SDK would say the URN as an output, on which
 * the tags would then depend, and with them a child on all children of its parent: itself.
 */
function typesAbove(parent: Resource | undefined): string {
  // Members that every resource has; the SDK's type definitions leave them out.
  const { __pulumiType: type, __parentResource: above } = (parent ?? {}) as {
    readonly __pulumiType?: string;
    readonly __parentResource?: Resource;
  };
  return type === undefined || type === "pulumi:pulumi:Stack" ? "" : `${typesAbove(above)}${type}$`;
}
