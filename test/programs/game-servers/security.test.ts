import { describe, expect, it } from "vitest";
import { development, production, type RecordedResource, type RecordedStack } from "../recordedStack.ts";
import { recordStack } from "./recordStack.ts";

const certificates = { "eu-west-1": "arn:aws:acm:eu-west-1:210987654321:certificate/0a1b" };
const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const world = "0.0.0.0/0";

function ofType({ resources }: RecordedStack, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function only(stack: RecordedStack, type: string): RecordedResource["inputs"] {
  const [first, ...others] = ofType(stack, type);
  expect([type, first !== undefined, others.length]).toEqual([type, true, 0]);
  return first?.inputs ?? {};
}

/** Everything that is open to everyone: protocol and ports. */
function openings(stack: RecordedStack): readonly string[] {
  return ofType(stack, ingressRule)
    .filter(({ inputs }) => inputs["cidrIpv4"] === world)
    .map(({ inputs }) => `${inputs["ipProtocol"]} ${inputs["fromPort"]}-${inputs["toPort"]}`)
    .sort();
}

describe("what may come in", () => {
  it("is nothing from the internet, at default inputs", async () => {
    const stack = await recordStack();
    expect(openings(stack)).toEqual([]);
    expect(ofType(stack, ingressRule)).toHaveLength(6);
    for (const { inputs } of ofType(stack, "aws:lb/loadBalancer:LoadBalancer")) expect(inputs["internal"]).toBe(true);
    expect(only(stack, "aws:eks/cluster:Cluster")["vpcConfig"]).toMatchObject({
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
  });

  it("is the web, where the region has a certificate, and then only by TLS", async () => {
    const stack = await recordStack({ certificates });
    expect(openings(stack)).toEqual(["tcp 443-443", "tcp 80-80"]);
    const listeners = ofType(stack, "aws:lb/listener:Listener").filter(({ inputs }) => inputs["protocol"] !== "UDP");
    expect(listeners.map(({ inputs }) => [inputs["port"], inputs["protocol"]]).sort()).toEqual([
      [443, "HTTPS"],
      [80, "HTTP"],
    ]);
    const clear = listeners.find(({ inputs }) => inputs["port"] === 80);
    expect(clear?.inputs["defaultActions"]).toMatchObject([{ type: "redirect", redirect: { protocol: "HTTPS" } }]);
  });

  it("is not the web, where only another region has one", async () => {
    const elsewhere = { "us-east-1": "arn:aws:acm:us-east-1:210987654321:certificate/0a1b" };
    expect(openings(await recordStack({ certificates: elsewhere }))).toEqual([]);
  });

  it("is players at the relay, where they are named, and never at a node", async () => {
    const stack = await recordStack({ playerCidrs: [world] });
    expect(openings(stack)).toEqual(["udp 7777-7777"]);
    const opened = ofType(stack, ingressRule).find(({ inputs }) => inputs["cidrIpv4"] === world);
    expect(opened?.inputs["securityGroupId"]).toBe("perimeter-relay-id");
    for (const { inputs } of ofType(stack, "aws:ec2/launchTemplate:LaunchTemplate")) {
      expect(inputs["networkInterfaces"]).toMatchObject([{ associatePublicIpAddress: "false" }]);
    }
  });

  it("is game ports at the session nodes with direct connections, and at no other node", async () => {
    const stack = await recordStack({ connection: "direct" });
    expect(openings(stack)).toEqual(["udp 30086-32767"]);
    const opened = ofType(stack, ingressRule).find(({ inputs }) => inputs["cidrIpv4"] === world);
    expect(opened?.inputs["securityGroupId"]).toBe("perimeter-session-nodes-id");
    const templates = ofType(stack, "aws:ec2/launchTemplate:LaunchTemplate").map(({ name, inputs }) => [
      name,
      (inputs["networkInterfaces"] as { associatePublicIpAddress: string }[])[0]?.associatePublicIpAddress, // as declared in nodePool.ts
    ]);
    expect(templates.sort()).toEqual([
      ["service-nodes-template", "false"],
      ["session-nodes-template", "true"],
    ]);
    expect(ofType(stack, "aws:lb/loadBalancer:LoadBalancer")).toHaveLength(1);
  });

  it("is operators at the cluster's endpoint, where they are named", async () => {
    const stack = await recordStack({ operatorCidrs: ["203.0.113.0/24"] });
    expect(only(stack, "aws:eks/cluster:Cluster")["vpcConfig"]).toMatchObject({
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
  });

  it("never is a management port, whatever the inputs", async () => {
    for (const inputs of [{}, { connection: "direct" }, { certificates, playerCidrs: [world] }]) {
      for (const { inputs: rule } of ofType(await recordStack(inputs), ingressRule)) {
        expect(rule["ipProtocol"]).toMatch(/^(tcp|udp)$/);
        for (const port of [22, 3389]) {
          expect(Number(rule["fromPort"]) <= port && port <= Number(rule["toPort"])).toBe(false);
        }
      }
    }
  });

  it("does not come through the network's default group, nor does a subnet give out public addresses", async () => {
    const stack = await recordStack({ connection: "direct" }, production);
    expect(only(stack, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")).toMatchObject({ ingress: [], egress: [] });
    const subnets = ofType(stack, "aws:ec2/subnet:Subnet");
    expect(subnets).toHaveLength(6);
    for (const { inputs } of subnets) expect(inputs["mapPublicIpOnLaunch"]).toBe(false);
  });
});

describe("what is kept", () => {
  it("is encrypted, everywhere", async () => {
    const stack = await recordStack();
    const key = "arn:aws:mock:encryption-key";
    expect(only(stack, "aws:kms/key:Key")).toMatchObject({ enableKeyRotation: true });
    expect(only(stack, "aws:dynamodb/table:Table")["serverSideEncryption"]).toEqual({ enabled: true, kmsKeyArn: key });
    expect(only(stack, "aws:eks/cluster:Cluster")["encryptionConfig"]).toEqual({
      provider: { keyArn: key },
      resources: ["secrets"],
    });
    expect(only(stack, "aws:secretsmanager/secret:Secret")).toMatchObject({ kmsKeyId: key });
    expect(only(stack, "aws:sns/topic:Topic")).toMatchObject({ kmsMasterKeyId: key });
    const groups = ofType(stack, "aws:cloudwatch/logGroup:LogGroup");
    expect(groups).toHaveLength(2);
    for (const { inputs } of groups) expect(inputs).toMatchObject({ kmsKeyId: key, retentionInDays: 30 });
    const encryption = only(
      stack,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(encryption["rules"]).toEqual([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    const templates = ofType(stack, "aws:ec2/launchTemplate:LaunchTemplate");
    expect(templates).toHaveLength(2);
    for (const { inputs } of templates) {
      expect(inputs["blockDeviceMappings"]).toMatchObject([{ ebs: { encrypted: "true" } }]);
      expect(inputs["metadataOptions"]).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
    }
  });

  it("is in a bucket that is private, versioned, and speaks TLS only", async () => {
    const stack = await recordStack();
    expect(only(stack, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(only(stack, "aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration"]).toEqual({
      status: "Enabled",
    });
    const { Statement } = JSON.parse(String(only(stack, "aws:s3/bucketPolicy:BucketPolicy")["policy"]));
    expect(Statement[0]).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("can be brought back: sessions to any second", async () => {
    expect(only(await recordStack(), "aws:dynamodb/table:Table")).toMatchObject({
      pointInTimeRecovery: { enabled: true },
      ttl: { enabled: true },
    });
  });

  it.each([
    ["in production by default", production, {}, true],
    ["in production, unless that is switched off", production, { deletionProtection: false }, false],
    ["not outside it", development, {}, false],
    ["outside it, where asked for", development, { deletionProtection: true }, true],
  ])("is protected from deletion %s", async (_, placement, inputs, expected) => {
    const stack = await recordStack(inputs, placement);
    expect(only(stack, "aws:dynamodb/table:Table")["deletionProtectionEnabled"]).toBe(expected);
    expect(only(stack, "aws:eks/cluster:Cluster")["deletionProtection"]).toBe(expected);
    for (const { inputs } of ofType(stack, "aws:lb/loadBalancer:LoadBalancer")) {
      expect(inputs["enableDeletionProtection"]).toBe(expected);
    }
    const stores = [
      "aws:dynamodb/table:Table",
      "aws:s3/bucket:Bucket",
      "aws:kms/key:Key",
      "aws:secretsmanager/secret:Secret",
    ];
    for (const store of stores) {
      const tags = only(stack, store)["tags"] as Readonly<Record<string, string>>; // declared in stackContext.ts
      expect([store, tags["meridian:protected"]]).toEqual([store, expected ? "true" : undefined]);
    }
  });

  it("is thrown away with the bucket only outside production", async () => {
    expect(only(await recordStack(), "aws:s3/bucket:Bucket")["forceDestroy"]).toBe(true);
    const stack = await recordStack({ deletionProtection: false }, production);
    expect(only(stack, "aws:s3/bucket:Bucket")["forceDestroy"]).toBe(false);
  });

  it("is secret where it is a credential", async () => {
    const { resources } = await recordStack();
    const secretInputs = resources.flatMap(({ name, secretInputs }) => secretInputs.map((input) => `${name} ${input}`));
    expect(secretInputs.sort()).toEqual([
      "credentials-secret secretString",
      "game-game-credentials stringData",
      "game-servers-kubernetes kubeconfig",
    ]);
  });
});

describe("who may do what", () => {
  it("is never everything: no role may take every action", async () => {
    const stack = await recordStack({ connection: "direct" });
    const policies = ofType(stack, "aws:iam/rolePolicy:RolePolicy");
    expect(policies).toHaveLength(3);
    for (const { name, inputs } of policies) {
      for (const { Action, Resource, Condition } of JSON.parse(String(inputs["policy"])).Statement) {
        const actions: readonly string[] = [Action].flat();
        for (const action of actions) expect([name, action]).toEqual([name, expect.not.stringContaining("*")]);
        const looks = actions.every((action) => /:(Describe|Get)/.test(action));
        if (Resource === "*") expect([name, looks || Condition !== undefined]).toEqual([name, true]);
      }
    }
    const managed = ofType(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(
      ({ inputs }) => inputs["policyArn"],
    );
    expect(managed.sort()).toEqual([
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    ]);
  });

  it("is said in the partition of the region", async () => {
    const stack = await recordStack({}, { ...development, region: "cn-north-1" });
    for (const { inputs } of ofType(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")) {
      expect(inputs["policyArn"]).toMatch(/^arn:aws-cn:iam::aws:policy\//);
    }
    expect(String(only(stack, "aws:kms/key:Key")["policy"])).toContain("logs.cn-north-1.amazonaws.com.cn");
  });
});

describe("whose it is", () => {
  it("stands in the tags of everything that takes tags", async () => {
    const { resources } = await recordStack({ certificates }, production);
    const tagged = resources.filter(({ inputs }) => inputs["tags"] !== undefined);
    expect(tagged.length).toBeGreaterThan(75);
    for (const { name, inputs } of tagged) {
      expect([name, inputs["tags"]]).toEqual([
        name,
        expect.objectContaining({
          "meridian:owner": "realm-team",
          "meridian:cost-centre": "cc-1042",
          "meridian:environment": "production",
          "meridian:stack-set": "launch",
          "meridian:blueprint": "game-servers",
        }),
      ]);
    }
  });

  it("stands on the machines, disks and interfaces that node groups make", async () => {
    for (const { inputs } of ofType(await recordStack(), "aws:ec2/launchTemplate:LaunchTemplate")) {
      const specifications = inputs["tagSpecifications"] as { resourceType: string; tags: Record<string, string> }[]; // as declared in nodePool.ts
      expect(specifications.map(({ resourceType }) => resourceType)).toEqual([
        "instance",
        "volume",
        "network-interface",
      ]);
      for (const { tags } of specifications) expect(tags["meridian:owner"]).toBe("realm-team");
    }
  });
});
