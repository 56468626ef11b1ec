import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { ComponentResource, Config, secret } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId.js";
import { markUrns } from "../../../programs/markUrns.ts";
import type { ProgramLibrary } from "../../../runner/programLibrary.ts";
import { BLUEPRINT, BLUEPRINT_DIGEST } from "./blueprint.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const reading = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::boundary/*" }],
});

const text = { type: "text", x: 0, y: 0, width: 6, height: 3, properties: { markdown: "boundary" } };
const board = JSON.stringify({ widgets: [text] });

/** What the runners of the boundary test run. */
export const library: ProgramLibrary = {
  blueprints: [BLUEPRINT],
  preload: () => Promise.resolve(), // importing this module has loaded the SDK already
  digestOf: (blueprint) => (blueprint === BLUEPRINT ? BLUEPRINT_DIGEST : undefined),
  run: async () => declare(),
};

function declare(): object {
  const config = new Config("meridian");
  const { generation } = config.requireObject<{ generation: number }>("inputs");
  markUrns(pulumi);
  const tags = {
    "meridian:owner": config.require("owner"),
    "meridian:cost-centre": config.require("costCentre"),
    "meridian:environment": config.require("environment"),
    "meridian:stack-set": config.require("stackSet"),
  };
  const parent = new ComponentResource("meridian:boundary:Everything", "everything");
  const child = { parent };
  const network = new Vpc("network", { cidrBlock: "10.0.0.0/16", tags }, child);
  const inNetwork = { vpcId: network.id, tags };
  const subnet = new Subnet("subnet", { ...inNetwork, cidrBlock: `10.0.${generation}.0/24` }, child);
  new Eip("address", { domain: "vpc", tags }, child);
  const role = new Role("role", { assumeRolePolicy: trust, path: `/generation-${generation}/`, tags }, child);
  new LogGroup("logs", { name: `/${config.require("stackSet")}/${generation}`, retentionInDays: 7, tags }, child);
  // Types without tags: found by the name that is theirs, or that was made for them.
  new Dashboard("board", { dashboardName: `${config.require("stackSet")}-${generation}`, dashboardBody: board }, child);
  new RolePolicy("policy", { role: role.name, policy: reading }, child);
  // Two levels deep, so that the URN that is hashed has two types above it.
  const vault = new ComponentResource("meridian:boundary:Vault", "vault", {}, child);
  const held = new Secret("secret", { tags, recoveryWindowInDays: 0 }, { parent: vault });
  // Neither tag nor name: found by what stands in it, and where.
  new SecretVersion(
    "secret-value",
    { secretId: held.id, secretString: secret(`hush ${generation}`) },
    { parent: vault },
  );
  const routes = new RouteTable("routes", inNetwork, child);
  new RouteTableAssociation("association", { routeTableId: routes.id, subnetId: subnet.id }, child);
  const group = new SecurityGroup("group", { ...inNetwork, description: "boundary" }, child);
  new SecurityGroupEgressRule(
    "rule",
    { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "10.0.0.0/16", tags },
    child,
  );
  new RandomId("suffix", { byteLength: 4, keepers: { generation: String(generation) } }, child);
  return { generation };
}
