import { readMeasuredStack } from "./measuredStack.ts";
import { declareNetworks } from "./networks.ts";

/** The measured program as a plain `pulumi` runs it. */
export default async function main() {
  return declareNetworks(readMeasuredStack());
}
