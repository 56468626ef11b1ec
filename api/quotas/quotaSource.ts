import { z } from "zod";
import { askSandbox, type FindSandbox } from "../sandboxControl/sandboxClient.ts";

/** Where in a cloud a quota counts. */
export interface QuotaPlace {
  readonly cloud: string;
  readonly account: string;
  readonly region: string;
}

export interface QuotaLimit {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** Tells the quotas of an account in a region; undefined where nobody can be asked, and then nothing is checked. */
export type QuotaSource = (place: QuotaPlace) => Promise<readonly QuotaLimit[] | undefined>;

const limits = z.object({
  items: z.array(z.object({ code: z.string(), name: z.string(), unit: z.string(), value: z.number() })),
});

/** Asks the sandbox for its own. For `aws` there is no source yet: those quotas are not checked. */
export function createQuotaSource(findSandbox: FindSandbox): QuotaSource {
  return async ({ cloud, account, region }) => {
    if (cloud !== "sandbox" || findSandbox() === undefined) return undefined;
    const query = { account, region };
    return limits.parse(await askSandbox(findSandbox, { method: "GET", path: ["quotas"], query })).items;
  };
}
