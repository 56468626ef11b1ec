import tokens from "./taggableTypes.json" with { type: "json" };

/** The AWS resource types that take tags, by type token, as found in the SDK by `generateTaggableTypes.ts`. */
export const taggableTypes: readonly string[] = tokens;
