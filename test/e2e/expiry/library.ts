import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { Config } from "@pulumi/pulumi";
import type { ProgramLibrary } from "../../../runner/programLibrary.ts";
import { BLUEPRINT, BLUEPRINT_DIGEST } from "./blueprint.ts";

/** What the runners of the expiry test run. */
export const library: ProgramLibrary = {
  blueprints: [BLUEPRINT],
  preload: () => Promise.resolve(), // importing this module has loaded the SDK already
  digestOf: (blueprint) => (blueprint === BLUEPRINT ? BLUEPRINT_DIGEST : undefined),
  run: async () => {
    const config = new Config("meridian");
    const { doors } = config.requireObject<{ doors: readonly string[] }>("inputs");
    const tags = {
      "meridian:owner": config.require("owner"),
      "meridian:cost-centre": config.require("costCentre"),
      "meridian:environment": config.require("environment"),
      "meridian:stack-set": config.require("stackSet"),
      "meridian:blueprint": config.require("blueprint"),
    };
    const { id: vpcId } = new Vpc("network", { cidrBlock: "10.0.0.0/16", tags });
    const ingress = [{ description: "SSH", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }];
    for (const door of doors) new SecurityGroup(door, { vpcId, description: "a door", ingress, egress: [], tags });
    return {};
  },
};
