/** A policy by which load balancers may write into a bucket, with one part of its statement changed. */
export function bucketPolicyOf(bucket: string, changed: Readonly<Record<string, unknown>> = {}): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...changed }] });
}
