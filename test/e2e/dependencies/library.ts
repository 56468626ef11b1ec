import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { Config, secret } from "@pulumi/pulumi";
import type { ProgramLibrary } from "../../../runner/programLibrary.ts";
import { blueprints, digestOf } from "./blueprints.ts";

/** What the runners of the dependency test run. */
export const library: ProgramLibrary = {
  blueprints: blueprints.map(({ name }) => name),
  preload: () => Promise.resolve(), // importing this module has loaded the SDK already
  digestOf: (blueprint) => (blueprints.some(({ name }) => name === blueprint) ? digestOf(blueprint) : undefined),
  run: async () => (new Config("meridian").require("blueprint") === "ground" ? layGround() : buildHouse()),
};

function layGround(): object {
  const { label, broken } = new Config("meridian").requireObject<{ label: string; broken: boolean }>("inputs");
  const network = new Vpc("network", { cidrBlock: "10.0.0.0/16", tags: ownership() });
  if (broken) throw new Error("this ground does not hold");
  return { vpcId: network.id, label, password: secret("hush") };
}

function buildHouse(): object {
  const { vpcId, label } = new Config("meridian").requireObject<{ vpcId: string; label: string }>("inputs");
  const tags = { ...ownership(), label };
  const group = new SecurityGroup("house", { vpcId, description: "a house", ingress: [], tags });
  return { groupId: group.id };
}

function ownership() {
  const config = new Config("meridian");
  return {
    "meridian:owner": config.require("owner"),
    "meridian:cost-centre": config.require("costCentre"),
    "meridian:environment": config.require("environment"),
    "meridian:stack-set": config.require("stackSet"),
    "meridian:blueprint": config.require("blueprint"),
  };
}
