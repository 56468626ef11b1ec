import { describe, expect, it } from "vitest";
import { gameServersOutputs } from "../../../programs/game-servers/outputs.ts";
import { nameLimits } from "../../../programs/names.ts";
import { runBlueprint } from "../../../programs/run.ts";
import { development, production, type RecordedStack, recordAnew } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

function countTypes({ resources }: RecordedStack): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** What identifies a recorded stack: every registration, in an order that does not depend on the event loop. */
function registrations({ resources }: RecordedStack) {
  return resources
    .map(({ type, name, inputs, ignoreChanges }) => ({ key: `${type} ${name}`, inputs, ignoreChanges }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

describe("the blueprint game-servers", () => {
  it("places every resource in a component, and every component below the one root", async () => {
    const { resources } = await recordStack();
    const orphans = resources.filter(({ parentType }) => parentType === "");
    expect(orphans.map(({ type }) => type)).toEqual(["meridian:game-servers:GameServers"]);
    const children = resources.filter(({ parentType }) => parentType !== "");
    expect(children.length).toBeGreaterThan(150);
    for (const { parentType } of children) expect(parentType).toMatch(/^meridian:game-servers:[A-Z]\w+$/);
  });

  it("makes, at default inputs, exactly this", async () => {
    expect(countTypes(await recordStack())).toMatchInlineSnapshot(`
      {
        "aws:autoscaling/attachment:Attachment": 5,
        "aws:budgets/budget:Budget": 1,
        "aws:cloudwatch/dashboard:Dashboard": 1,
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 9,
        "aws:dynamodb/table:Table": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        "aws:ec2/eip:Eip": 1,
        "aws:ec2/flowLog:FlowLog": 1,
        "aws:ec2/internetGateway:InternetGateway": 1,
        "aws:ec2/launchTemplate:LaunchTemplate": 2,
        "aws:ec2/natGateway:NatGateway": 1,
        "aws:ec2/route:Route": 4,
        "aws:ec2/routeTable:RouteTable": 4,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
        "aws:ec2/securityGroup:SecurityGroup": 5,
        "aws:ec2/subnet:Subnet": 6,
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/vpcEndpoint:VpcEndpoint": 6,
        "aws:eks/addon:Addon": 5,
        "aws:eks/cluster:Cluster": 1,
        "aws:eks/nodeGroup:NodeGroup": 3,
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": 2,
        "aws:iam/role:Role": 5,
        "aws:iam/rolePolicy:RolePolicy": 3,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 4,
        "aws:kms/alias:Alias": 1,
        "aws:kms/key:Key": 1,
        "aws:lb/listener:Listener": 2,
        "aws:lb/listenerRule:ListenerRule": 1,
        "aws:lb/loadBalancer:LoadBalancer": 2,
        "aws:lb/targetGroup:TargetGroup": 5,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
        "aws:sns/topic:Topic": 1,
        "aws:sns/topicPolicy:TopicPolicy": 1,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 6,
        "kubernetes:apps/v1:Deployment": 6,
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": 5,
        "kubernetes:core/v1:ConfigMap": 1,
        "kubernetes:core/v1:Namespace": 1,
        "kubernetes:core/v1:Secret": 1,
        "kubernetes:core/v1:Service": 3,
        "kubernetes:core/v1:ServiceAccount": 4,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 5,
        "kubernetes:policy/v1:PodDisruptionBudget": 5,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
        "meridian:game-servers:Alarms": 1,
        "meridian:game-servers:Budget": 1,
        "meridian:game-servers:Cluster": 1,
        "meridian:game-servers:ClusterAddons": 2,
        "meridian:game-servers:ClusterAutoscaler": 1,
        "meridian:game-servers:Credentials": 1,
        "meridian:game-servers:Dashboard": 1,
        "meridian:game-servers:EncryptionKey": 1,
        "meridian:game-servers:Endpoints": 1,
        "meridian:game-servers:FlowLogs": 1,
        "meridian:game-servers:FrontDoor": 1,
        "meridian:game-servers:GameNamespace": 1,
        "meridian:game-servers:GameServers": 1,
        "meridian:game-servers:LogBucket": 1,
        "meridian:game-servers:Network": 1,
        "meridian:game-servers:NodePool": 2,
        "meridian:game-servers:Perimeter": 1,
        "meridian:game-servers:RelayDoor": 1,
        "meridian:game-servers:ServerFleet": 5,
        "meridian:game-servers:ServiceRole": 5,
        "meridian:game-servers:SessionPlacement": 1,
        "meridian:game-servers:SessionStore": 1,
        "meridian:game-servers:StackNames": 1,
        "meridian:game-servers:WorkloadIdentity": 3,
        "pulumi:providers:aws": 1,
        "pulumi:providers:kubernetes": 1,
        "random:index/randomId:RandomId": 1,
        "random:index/randomPassword:RandomPassword": 2,
      }
    `);
  });

  it("answers exactly the outputs that the catalog names, and marks the secret ones", async () => {
    const { outputs, secretOutputs } = await recordStack();
    const secret = gameServersOutputs.filter((output) => output.secret).map(({ name }) => name);
    expect(Object.keys(outputs).sort()).toEqual(gameServersOutputs.map(({ name }) => name).sort());
    expect([...secretOutputs].sort()).toEqual([...secret].sort());
  });

  it("tells what it planned, and where it is reached", async () => {
    const { outputs } = await recordStack({ activeColour: "green" });
    expect(outputs).toMatchObject({
      activeColour: "green",
      sessionEndpointMode: "relay",
      lobbyEndpoint: "http://door-balancer.example.com",
      relayEndpoint: "relay-door-balancer.example.com:7777",
      capacity: { servers: { min: 4, max: 25 } },
      dashboardUrl: "",
    });
  });

  it("gives each provider to each resource explicitly, and the account to the provider", async () => {
    const { resources } = await recordStack({}, production);
    const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
    expect(provider?.inputs).toMatchObject({ region: "eu-west-1", allowedAccountIds: '["210987654321"]' });
    for (const { type, name, provider } of resources) {
      const cloud = /^(aws|kubernetes):/.exec(type)?.[1];
      if (cloud !== undefined)
        expect([name, provider]).toEqual([name, expect.stringContaining(`pulumi:providers:${cloud}::`)]);
    }
  });

  it("keeps nothing from one run to the next", async () => {
    const blueprint = "game-servers";
    const first = registrations(await recordAnew({ blueprint }));
    const inputs = { connection: "direct", zones: 2 };
    const other = await recordAnew({ blueprint, inputs, placement: { ...production, stackSet: "other" } });
    expect(registrations(other)).not.toEqual(first);
    expect(registrations(await recordAnew({ blueprint }))).toEqual(first);
  });

  it("gives no thing a name that its kind does not allow, for the longest name of a stack set", async () => {
    const { resources } = await recordStack(
      { instanceFamilies: ["c7i", "c6i", "c7a", "c6a"], instanceSize: "12xlarge" },
      {
        ...development,
        stackSet: "a".repeat(40),
      },
    );
    const named = (type: string, property: string) =>
      resources.filter((resource) => resource.type === type).map(({ inputs }) => String(inputs[property]));
    const balancers = [
      ...named("aws:lb/loadBalancer:LoadBalancer", "name"),
      ...named("aws:lb/targetGroup:TargetGroup", "name"),
    ];
    expect(balancers).toHaveLength(7);
    for (const name of balancers) expect(name.length).toBeLessThanOrEqual(nameLimits.loadBalancer);
    const groups = named("aws:eks/nodeGroup:NodeGroup", "nodeGroupName");
    expect(new Set(groups).size).toBe(5);
    for (const name of groups) expect(name.length).toBeLessThanOrEqual(nameLimits.nodeGroup);
    for (const name of named("aws:iam/role:Role", "name")) expect(name.length).toBeLessThanOrEqual(nameLimits.role);
  });

  it("refuses what its schema refuses, with every problem and no resource", async () => {
    const refused = runBlueprint({
      blueprint: "game-servers",
      inputs: { peakPlayers: 0, nope: 1 },
      placement: development,
    });
    await expect(refused).rejects.toMatchObject({
      __pulumiRunError: true,
      message: expect.stringMatching(/\/peakPlayers: give .*\n {2}\/nope: take out/),
    });
  });

  it("is refused under a name that the catalog does not have, with those that it has", async () => {
    const refused = runBlueprint({ blueprint: "game-server", inputs: {}, placement: development });
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/choose one of .*\bgame-servers\b/) });
  });

  it("asks for no more zones than the region has", async () => {
    await expect(recordStack({ zones: 4 }, { ...development, region: "us-west-1" })).rejects.toMatchObject({
      message: expect.stringContaining("us-west-1 has 2 availability zones"),
    });
  });
});
