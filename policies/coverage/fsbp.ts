import type { CoveredControl } from "./coveredControl.ts";

/**
 * AWS Foundational Security Best Practices 1.0.0, for the services that blueprints and a studio's own programs use; what is asked is in
 * our own words. The numbers are those in the compliance mappings of Prowler 5.46.0
 * (`prowler/compliance/aws/aws_foundational_security_best_practices_aws.json`, PyPI).
 */
export const fsbpControls: readonly CoveredControl[] = [
  { control: "EC2.3", asks: "Volumes are encrypted at rest." },
  { control: "EC2.7", asks: "New volumes are encrypted by default." },
  { control: "EC2.8", asks: "The metadata service of an instance asks for session tokens." },
  { control: "EC2.19", asks: "Ports of high risk are not open to the world." },
  { control: "EFS.1", asks: "File systems are encrypted at rest." },
  { control: "EKS.3", asks: "The secrets of a cluster are encrypted with a key." },
  { control: "ElastiCache.4", asks: "Caches are encrypted at rest." },
  { control: "IAM.1", asks: "No policy allows everything on everything." },
  { control: "RDS.3", asks: "Database instances are encrypted at rest." },
  { control: "RDS.27", asks: "Database clusters are encrypted at rest." },
];
