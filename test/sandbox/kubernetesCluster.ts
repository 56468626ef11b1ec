import type { Properties } from "../../sandbox/model/values.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import type { TestSandbox } from "./testSandbox.ts";

export interface TestCluster {
  readonly account: string;
  readonly aws: Engine;
  readonly cluster: StateAnswer;
  /** An engine whose Kubernetes provider has this cluster's kubeconfig and these further settings. */
  connect(settings?: Properties): Promise<Engine>;
}

/** An EKS cluster in an account of its own. */
export async function testCluster(sandbox: TestSandbox, n: number): Promise<TestCluster> {
  const account = String(200_000_000_000 + n);
  const aws = await sandbox.engine({ configuration: { region: "eu-west-1", allowedAccountIds: [account] } });
  const make = async (type: string, inputs: Properties): Promise<StateAnswer> =>
    aws.create(type, (await aws.check(type, inputs)).inputs);
  const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const zones = ["eu-west-1a", "eu-west-1b"];
  const subnets = await Promise.all(
    zones.map((availabilityZone, i) =>
      make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: `10.0.${i}.0/24`, availabilityZone }),
    ),
  );
  const role = await make("aws:iam/role:Role", { name: `cluster-${n}`, assumeRolePolicy: TRUST });
  const cluster = await make("aws:eks/cluster:Cluster", {
    name: `cluster-${n}`,
    roleArn: role.outputs["arn"] ?? "",
    vpcConfig: { subnetIds: subnets.map(({ id }) => id) },
  });
  const kubeconfig = kubeconfigOf(String(cluster.outputs["endpoint"]));
  return {
    account,
    aws,
    cluster,
    connect: (settings = {}) => sandbox.engine({ package: "kubernetes", configuration: { kubeconfig, ...settings } }),
  };
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "stack",
    contexts: [{ name: "stack", context: { cluster: "stack", user: "stack" } }],
    clusters: [{ name: "stack", cluster: { server } }],
    users: [{ name: "stack", user: {} }],
  });
}

/** For conformance cases: a cluster for each test, and a provider that may change config maps and secrets in place. */
export async function inCluster(sandbox: TestSandbox, n: number): Promise<Engine> {
  const { connect } = await testCluster(sandbox, n);
  return connect({ enableServerSideApply: "true", enableConfigMapMutable: "true", enableSecretMutable: "true" });
}
