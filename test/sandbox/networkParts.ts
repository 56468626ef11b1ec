import type { Properties } from "../../sandbox/model/values.ts";
import type { Made, Workshop } from "./conformance.ts";

export const VPC = "aws:ec2/vpc:Vpc";
export const network: Properties = { cidrBlock: "10.0.0.0/16" };
export const tagged: Properties = { tags: { team: "lobby" } };

/** @throws when the case made nothing of that name */
export function idOf(made: Made, name: string): string {
  const found = made[name];
  if (found === undefined) throw new Error(`the case made no ${name}`);
  return found.id;
}

export const inVpc = async ({ make }: Workshop): Promise<Made> => ({ vpc: await make(VPC, network) });
