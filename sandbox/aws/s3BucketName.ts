/** Beginnings and ends that S3 keeps for itself. */
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** What is wrong with the name of a bucket. Source: Amazon S3 user guide, "General purpose bucket naming rules". */
export function bucketNameFault(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `must have 3 to 63 characters, not ${name.length}`;
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name)) {
    return `must have lower-case letters, digits, dots and hyphens only, with a letter or digit at both ends, not '${name}'`;
  }
  if (/\.\.|\.-|-\./.test(name)) return `must not have two dots, or a dot beside a hyphen: '${name}'`;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return `must not look like an address: '${name}'`;
  const reserved =
    RESERVED_PREFIXES.find((each) => name.startsWith(each)) ?? RESERVED_SUFFIXES.find((each) => name.endsWith(each));
  return reserved === undefined ? undefined : `must not have '${reserved}', which S3 keeps for itself`;
}
