import type { Engine } from "../../sandbox/protocolClient.ts";
import type { Inputs } from "../lifecycle.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** What a kubeconfig is made of, as `components/kubeconfig.ts` writes it for a cluster of EKS. */
export function kubeconfigOf(server: string, authority?: string) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "stack",
    contexts: [{ name: "stack", context: { cluster: "stack", user: "stack" } }],
    clusters: [
      {
        name: "stack",
        cluster: { server, ...(authority === undefined ? {} : { "certificate-authority-data": authority }) },
      },
    ],
    users: [
      {
        name: "stack",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            interactiveMode: "Never",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", "own", "--region", "eu-west-1", "--output", "json"],
          },
        },
      },
    ],
  };
}

/** A cluster that stands already in the sandbox, made by hand, as the input that names it. */
export async function ownCluster(engine: Engine): Promise<Inputs> {
  const { id: vpcId } = await engine.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.60.0.0/16" });
  const subnetIds = await Promise.all(
    ["a", "b"].map(async (zone, index) => {
      const subnet = { vpcId, cidrBlock: `10.60.${index}.0/24`, availabilityZone: `eu-west-1${zone}` };
      return (await engine.create("aws:ec2/subnet:Subnet", subnet)).id;
    }),
  );
  const role = await engine.create("aws:iam/role:Role", { name: "own-cluster", assumeRolePolicy: trust });
  const { outputs } = await engine.create("aws:eks/cluster:Cluster", {
    name: "own",
    roleArn: String(role.outputs["arn"]),
    vpcConfig: { subnetIds },
  });
  return { kubeconfig: kubeconfigOf(String(outputs["endpoint"])) };
}
