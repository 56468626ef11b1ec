import type { Output } from "@pulumi/pulumi";

/** A physical name for what AWS Backup names without hyphens: restore testing and report plans. */
export function underscored(name: Output<string>): Output<string> {
  return name.apply((text) => text.replaceAll("-", "_"));
}
