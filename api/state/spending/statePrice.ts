import { priceStack } from "../../../pricing/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import { knownResource } from "../judgement/judgedSteps.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { StackPrice } from "./spending.ts";

/** @param ground where the resources are that do not say, and how their secrets are read */
export function priceOfState(
  resources: readonly Resource[],
  { region, open }: { readonly region: string | undefined; readonly open: OpenCiphertext },
): StackPrice {
  const paid = resources.filter(({ custom, external }) => custom === true && external !== true);
  const cost = priceStack(
    paid.map((resource) => knownResource(resource, open)),
    { region },
  );
  const costing = cost.resources.filter(({ monthly }) => monthly > 0);
  return {
    monthly: cost.monthly,
    byUrn: Object.fromEntries(costing.map(({ urn, monthly }) => [urn, monthly])),
    unpriced: cost.unpriced,
  };
}
