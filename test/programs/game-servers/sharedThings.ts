import type { Engine } from "../../sandbox/protocolClient.ts";
import type { Inputs } from "../lifecycle.ts";

const zones = ["eu-west-1a", "eu-west-1b"];

/** A network and a telemetry stream's writer that stand in the account already, as inputs that name them. */
export async function sharedThings(engine: Engine): Promise<Inputs> {
  const vpcCidr = "10.40.0.0/16";
  const { id: vpcId } = await engine.create("aws:ec2/vpc:Vpc", { cidrBlock: vpcCidr });
  await engine.create("aws:ec2/internetGateway:InternetGateway", { vpcId });
  const subnets = (first: number) =>
    Promise.all(
      zones.map(async (availabilityZone, index) => {
        const cidrBlock = `10.40.${(first + index) * 32}.0/19`;
        const { id } = await engine.create("aws:ec2/subnet:Subnet", { vpcId, cidrBlock, availabilityZone });
        return id;
      }),
    );
  const statement = { Effect: "Allow", Action: "kinesis:PutRecords", Resource: "arn:aws:kinesis:*:*:stream/shared" };
  const { outputs } = await engine.create("aws:iam/policy:Policy", {
    name: "shared-writer",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  const writerPolicyArn = String(outputs["arn"]);
  const account = writerPolicyArn.split(":")[4] ?? "";
  const network = { vpcId, vpcCidr, zones, publicSubnetIds: await subnets(4), privateSubnetIds: await subnets(0) };
  const telemetry = {
    streamName: "shared",
    streamArn: `arn:aws:kinesis:eu-west-1:${account}:stream/shared`,
    writerPolicyArn,
  };
  return { network, telemetry };
}
