import type { KnownResource } from "../judgedResource.ts";
import { readUnlinked, referrersAmong } from "../references.ts";

/** Version 7 of the provider has one bucket; stacks that came from version 6 hold the other. */
export const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"] as const;

export interface Companion {
  readonly types: readonly string[];
  /** Where it names the resource that it is for: by its name, id or ARN. */
  readonly property: string;
}

/** The resources of some types that no companion names. A companion whose property is not known yet may be anybody's: throws `UnknownValue`. */
export function withoutCompanion(
  resources: readonly KnownResource[],
  types: readonly string[],
  companion: Companion,
): readonly KnownResource[] {
  const companions = resources.filter(({ type }) => companion.types.includes(type));
  const companionsOf = referrersAmong(companions, [companion.property]);
  const alone = resources.filter((resource) => types.includes(resource.type) && companionsOf(resource).length === 0);
  if (alone.length > 0) for (const other of companions) readUnlinked(other, [companion.property]);
  return alone;
}
