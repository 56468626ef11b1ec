/** A JSON Schema by which `name` must match a regular expression. */
export const patternSchema = (pattern: string) => ({
  type: "object",
  properties: { name: { type: "string", pattern } },
});
