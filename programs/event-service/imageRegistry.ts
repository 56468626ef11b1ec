import { partitionOf } from "../regions.ts";

const registry = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)[@:]/;

/**
 * The repository that an image is fetched from, where it is one of Amazon ECR; undefined for other registries, which ask for no rights of the
 * cloud. Source: Amazon ECR user guide, "Private registries": a registry is `<account>.dkr.ecr.<region>.amazonaws.com`.
 */
export function repositoryArn(image: string): string | undefined {
  const [, account, region, repository] = registry.exec(image) ?? [];
  if (account === undefined || region === undefined || repository === undefined) return undefined;
  return `arn:${partitionOf(region).name}:ecr:${region}:${account}:repository/${repository}`;
}
