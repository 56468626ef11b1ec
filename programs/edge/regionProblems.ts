import type { InputProblem } from "../blueprint.ts";
import { partitionOf } from "../regions.ts";

/** Regions that every account has without switching them on; no later one is among them. Source: AWS Account Management guide, "Enable or disable AWS Regions". */
const alwaysOn: readonly string[] = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

/**
 * Where the entry cannot have its home: the CDN writes its standard logs to no bucket in a region that an account must switch on (CloudFront
 * developer guide, "Configure standard logging (legacy)"), and other partitions have no accelerators. Origins may stand in any region.
 */
export function regionProblems(region: string): readonly InputProblem[] {
  const { name } = partitionOf(region);
  if (name !== "aws") {
    const message = `${region} is of the partition ${name}, where there are no accelerators: choose a home region of the partition aws`;
    return [{ pointer: "", message }];
  }
  if (alwaysOn.includes(region)) return [];
  const message = `the CDN writes its logs to no bucket in ${region}: choose a home region that is always on, such as eu-west-1; origins may stay where they are`;
  return [{ pointer: "", message }];
}
