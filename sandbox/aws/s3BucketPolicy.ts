import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { type Properties, text } from "../model/values.ts";
import { type PolicyStatement, policyRule, statementsOf } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { BUCKET_POLICY, ofBucket, PUBLIC_ACCESS } from "./s3Service.ts";

const MALFORMED = "MalformedPolicy";

export const bucketPolicy: ResourceModel = ofBucket(BUCKET_POLICY, {
  absent: "NoSuchBucketPolicy",
  // The size: Amazon S3 user guide, "Bucket policies".
  inputs: { policy: { ...policyRule("resource", MALFORMED), maxLength: 20_480 } },
  check: foreignParts,
  refuse: (draft) => missingPrincipal(draft, "policy", MALFORMED) ?? blocked(draft),
});

/** A bucket's policy speaks of that bucket and its objects only. */
function foreignParts(inputs: Properties): readonly Problem[] {
  const bucket = text(inputs, "bucket");
  const problem = (message: string): readonly Problem[] => [{ code: MALFORMED, message, property: "policy" }];
  const statements = statementsOf(text(inputs, "policy") ?? "");
  const own = new RegExp(`^(\\*$|arn:[^:]+:s3:::${bucket}(/|$))`);
  const resource = statements.flatMap(({ resources }) => resources).find((each) => !own.test(each));
  if (bucket !== undefined && resource !== undefined) return problem(`Policy has invalid resource: ${resource}`);
  const action = statements.flatMap(({ actions }) => actions).find((each) => !/^(\*|s3:.+)$/i.test(each));
  return action === undefined ? [] : problem(`Policy has invalid action: ${action}`);
}

/** Buckets block public policies from their birth, until their public access block is told otherwise. */
function blocked({ inputs, cloud }: Draft): Problem | undefined {
  const block = cloud.find(PUBLIC_ACCESS, text(inputs, "bucket") ?? "");
  const blocks = block === undefined || block.outputs["blockPublicPolicy"] === true;
  if (!blocks || !statementsOf(text(inputs, "policy") ?? "").some(isPublic)) return undefined;
  const message = "not authorized to perform s3:PutBucketPolicy: public policies are blocked by BlockPublicPolicy";
  return { code: "AccessDenied", message, property: "policy" };
}

/** S3 looks closer, at what a condition is about; here any condition counts as a fixed circle of callers. */
function isPublic({ effect, principals, conditional }: PolicyStatement): boolean {
  return effect === "Allow" && !conditional && (principals["AWS"] ?? []).includes("*");
}
