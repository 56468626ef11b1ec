import { z } from "zod";
import type { Blueprint } from "../../../programs/blueprint.ts";

const inputs = z.strictObject({
  /** A stack has to be there before something of it can be exempted. */
  registers: z.enum(["nothing", "programs"]),
});

export const BLUEPRINT = "parity";

/** Stands for an artefact's digest, which only has to agree at both ends. */
export const BLUEPRINT_DIGEST = "sha256:parity";

/** The programs of the corpus, as the service is asked for them. */
export const parityBlueprint: Blueprint<typeof inputs> = {
  name: BLUEPRINT,
  version: "1.0.0",
  title: "What every door is shown",
  description: "For tests.",
  inputs,
  outputs: [],
  example: { registers: "nothing" },
  folder: new URL("../../api/arena/", import.meta.url),
  load: () => Promise.reject(new Error("the test's runners run this blueprint from their own library")),
};
