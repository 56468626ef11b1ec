import type { Blueprint } from "../blueprint.ts";
import { dataProtectionInputs } from "./inputs.ts";
import { dataProtectionOutputs } from "./outputs.ts";

export const dataProtectionBlueprint: Blueprint<typeof dataProtectionInputs> = {
  name: "data-protection",
  version: "1.0.0",
  title: "Backups of one region",
  description:
    "Backup plans by tag, vaults with keys of their own, copies in another region, monthly restore tests, reports, and word of every job that failed.",
  inputs: dataProtectionInputs,
  example: {},
  reaches: ["/copyRegions/{region}"],
  outputs: dataProtectionOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).dataProtection,
};
