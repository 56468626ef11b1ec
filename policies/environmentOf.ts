import type { Environment } from "./judgedResource.ts";

const environments: readonly string[] = ["development", "staging", "production"] satisfies Environment[];

/** The environment that a stack tag names. A tag that is missing or misspelt means production, where rules are strictest. */
export const environmentOf = (tag: string | undefined): Environment =>
  tag !== undefined && environments.includes(tag) ? (tag as Environment) : "production"; // the list holds nothing else
