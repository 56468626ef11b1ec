import { Config } from "@pulumi/pulumi";
import { z } from "zod";
import type { ProgramLibrary } from "../../../runner/programLibrary.ts";
import { BLUEPRINT, BLUEPRINT_DIGEST } from "./blueprint.ts";
import { declarePrograms } from "./declarePrograms.ts";
import { environments, programsOf } from "./programs.ts";

/** What the runners of the parity test run. */
export const library: ProgramLibrary = {
  blueprints: [BLUEPRINT],
  preload: () => Promise.resolve(), // importing this module has loaded the SDK already
  digestOf: (blueprint) => (blueprint === BLUEPRINT ? BLUEPRINT_DIGEST : undefined),
  run: async () => {
    const config = new Config("meridian");
    const { registers } = config.requireObject<{ readonly registers: string }>("inputs");
    const environment = z.enum(environments).parse(config.require("environment"));
    if (registers === "programs") declarePrograms(programsOf(environment));
    return {};
  },
};
