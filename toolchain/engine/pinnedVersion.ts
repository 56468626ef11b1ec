/**
 * The one version of the Pulumi CLI that Meridian runs. It equals the version of `@pulumi/pulumi` in package.json (SDK and
 * CLI are released together) and the version required in go.mod; a test compares the three.
 */
export const PINNED_VERSION = "3.259.0";
