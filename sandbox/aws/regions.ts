/**
 * The regions of AWS with the prefix of their availability zones' ids, and the letters of the zones that new accounts
 * see. Source: AWS, "AWS Regions" and "Availability Zone IDs", as published in 2026.
 */
const REGIONS: Readonly<Record<string, readonly [prefix: string, zones: string]>> = {
  "af-south-1": ["afs1", "abc"],
  "ap-east-1": ["ape1", "abc"],
  "ap-northeast-1": ["apne1", "acd"],
  "ap-northeast-2": ["apne2", "abcd"],
  "ap-northeast-3": ["apne3", "abc"],
  "ap-south-1": ["aps1", "abc"],
  "ap-south-2": ["aps2", "abc"],
  "ap-southeast-1": ["apse1", "abc"],
  "ap-southeast-2": ["apse2", "abc"],
  "ap-southeast-3": ["apse3", "abc"],
  "ap-southeast-4": ["apse4", "abc"],
  "ap-southeast-5": ["apse5", "abc"],
  "ap-southeast-7": ["apse7", "abc"],
  "ca-central-1": ["cac1", "abd"],
  "ca-west-1": ["caw1", "abc"],
  "eu-central-1": ["euc1", "abc"],
  "eu-central-2": ["euc2", "abc"],
  "eu-north-1": ["eun1", "abc"],
  "eu-south-1": ["eus1", "abc"],
  "eu-south-2": ["eus2", "abc"],
  "eu-west-1": ["euw1", "abc"],
  "eu-west-2": ["euw2", "abc"],
  "eu-west-3": ["euw3", "abc"],
  "il-central-1": ["ilc1", "abc"],
  "me-central-1": ["mec1", "abc"],
  "me-south-1": ["mes1", "abc"],
  "mx-central-1": ["mxc1", "abc"],
  "sa-east-1": ["sae1", "abc"],
  "us-east-1": ["use1", "abcdef"],
  "us-east-2": ["use2", "abc"],
  "us-west-1": ["usw1", "ac"],
  "us-west-2": ["usw2", "abcd"],
};

export interface Zone {
  readonly name: string;
  /** The same for all accounts: `euw1-az1`. */
  readonly id: string;
}

/** Every region, whether or not it must be opted into. */
export const regionNames: readonly string[] = Object.keys(REGIONS);

export function isRegion(region: string): boolean {
  return Object.hasOwn(REGIONS, region);
}

/** The availability zones of a region, in the order of their names; none for what is no region. */
export function zonesOf(region: string): readonly Zone[] {
  const [prefix, letters] = REGIONS[region] ?? ["", ""];
  return [...letters].map((letter, i) => ({ name: `${region}${letter}`, id: `${prefix}-az${i + 1}` }));
}
