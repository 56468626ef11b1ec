/** Small programs of somebody's own, as files of a project. Only the modules they need of the SDK are loaded. */
const project = (name: string, program: string): Readonly<Record<string, string>> => ({
  "Pulumi.yaml": `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
  "package.json": JSON.stringify({ name, private: true }),
  "index.js": program,
});

/** A network and a door in it, open for administrators to the range that the configuration `from` names. */
export const SHOP = project(
  "shop",
  `
const { SecurityGroup } = require("@pulumi/aws/ec2/securityGroup");
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Config } = require("@pulumi/pulumi");
const config = new Config();
const network = new Vpc("network", { cidrBlock: "10.20.0.0/16" });
const door = new SecurityGroup("door", {
  vpcId: network.id,
  description: "the way in",
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [config.require("from")] }],
});
exports.door = door.id;
exports.password = config.getSecret("password");
`,
);

/** A table that the configuration `protected` says must stay. The cloud itself would delete it: its own protection is off. */
export const VAULT = project(
  "vault",
  `
const { Table } = require("@pulumi/aws/dynamodb/table");
const { Config } = require("@pulumi/pulumi");
new Table("players", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "player",
  attributes: [{ name: "player", type: "S" }],
  serverSideEncryption: { enabled: true },
  pointInTimeRecovery: { enabled: true },
  tags: { "meridian:protected": new Config().require("protected") },
});
`,
);

/** Three networks, each made after the one before it. */
export const CHAIN = project(
  "chain",
  `
const { Vpc } = require("@pulumi/aws/ec2/vpc");
let before = [];
for (const [index, name] of ["first", "second", "third"].entries()) {
  before = [new Vpc(name, { cidrBlock: "10." + index + ".0.0/16" }, { dependsOn: before })];
}
`,
);

/**
 * A program for stacks that are bound to a target: a network, a door in it, and a table. The configuration says to what the door is open
 * (`from`), how the table is protected (`tagged`, `protect`), and where a provider of its own leads (`elsewhere`).
 */
export const GAME = project(
  "meridian",
  `
const { Provider } = require("@pulumi/aws/provider");
const { Table } = require("@pulumi/aws/dynamodb/table");
const { SecurityGroup } = require("@pulumi/aws/ec2/securityGroup");
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Config, getStack } = require("@pulumi/pulumi");
const config = new Config();
const [stackSet] = getStack().split(".");
const tags = {
  "meridian:owner": "default",
  "meridian:cost-centre": "default",
  "meridian:environment": config.require("environment"),
  "meridian:stack-set": stackSet,
};
const network = new Vpc("network", { cidrBlock: "10.20.0.0/16", tags });
new SecurityGroup("door", {
  vpcId: network.id,
  description: "the way in",
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [config.require("from")] }],
  tags,
});
new Table("players", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "player",
  attributes: [{ name: "player", type: "S" }],
  serverSideEncryption: { enabled: true },
  pointInTimeRecovery: { enabled: true },
  tags: { ...tags, "meridian:protected": config.get("tagged") ?? "false" },
}, { protect: config.getBoolean("protect") });
const elsewhere = config.get("elsewhere");
if (elsewhere) new Vpc("outpost", { cidrBlock: "10.30.0.0/16", tags }, { provider: new Provider("elsewhere", { region: elsewhere }) });
`,
);

/** A network of another region by a provider of its own, one that is protected, a door that depends on it, and a secret. */
export const HARBOUR = (name: string): Readonly<Record<string, string>> =>
  project(
    name,
    `
const { SecurityGroup } = require("@pulumi/aws/ec2/securityGroup");
const { Vpc } = require("@pulumi/aws/ec2/vpc");
const { Provider } = require("@pulumi/aws/provider");
const { Config } = require("@pulumi/pulumi");
const config = new Config();
const abroad = new Provider("abroad", { region: "us-east-1" });
const network = new Vpc("network", { cidrBlock: "10.30.0.0/16" }, { protect: true });
new Vpc("berth", { cidrBlock: "10.31.0.0/16", tags: { size: config.get("size") ?? "small" } }, { provider: abroad });
const description = config.requireSecret("password").apply((word) => "guarded by " + word);
new SecurityGroup("door", { vpcId: network.id, description, ingress: [] }, { dependsOn: [network] });
exports.password = config.requireSecret("password");
`,
  );
