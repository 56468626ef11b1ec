import type { CoveredControl } from "./coveredControl.ts";

/**
 * Best practices of the AWS Well-Architected Framework that rules name: those of cost and reliability that a property shows
 * (https://docs.aws.amazon.com/wellarchitected/latest/framework/appendix.html).
 */
export const wellArchitected: readonly CoveredControl[] = [
  { control: "COST02-BP05", asks: "Controls keep spending within what was decided" },
  { control: "COST03-BP02", asks: "What is spent is attributed to those who spend it" },
  { control: "COST09-BP03", asks: "Resources are supplied as demand asks for them, and given back" },
];
