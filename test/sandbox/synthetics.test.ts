import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const CANARY = "aws:synthetics/canary:Canary";
const INVALID = "ValidationException";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const withBucket = async ({ make, next }: Workshop): Promise<Made> => ({
  bucket: await make("aws:s3/bucket:Bucket", { bucket: `results-${next()}` }),
  role: await make("aws:iam/role:Role", { name: "visitor", assumeRolePolicy: trust }),
});

const schedule = (expression: string) => ({ schedule: { expression } });

const cases: readonly ConformanceCase[] = [
  {
    type: CANARY,
    needs: withBucket,
    smallest: (made) => ({
      name: "front",
      artifactS3Location: `s3://${made["bucket"]?.id}/results`,
      executionRoleArn: String(made["role"]?.outputs["arn"]),
      handler: "visit.handler",
      runtimeVersion: "syn-nodejs-puppeteer-10.0",
      s3Bucket: made["bucket"]?.id ?? "",
      s3Key: "scripts/visit.zip",
      ...schedule("rate(5 minutes)"),
      startCanary: true,
    }),
    id: /^front$/,
    outputs: {
      arn: /^arn:aws:synthetics:eu-west-1:\d{12}:canary:front$/,
      engineArn: /:function:cwsyn-front-/,
      status: /^RUNNING$/,
      failureRetentionPeriod: 31,
    },
    change: { ...schedule("rate(1 minute)"), runConfig: { timeoutInSeconds: 30 }, tags: { team: "lobby" } },
    replace: { name: "back" },
    taken: { code: "ConflictException" },
    spoiled: [
      { name: "a name with a capital", with: { name: "Front" }, code: INVALID },
      { name: "a handler without a function", with: { handler: "visit" }, code: INVALID },
      { name: "a runtime of Lambda", with: { runtimeVersion: "nodejs24.x" }, code: INVALID },
      { name: "no schedule", with: { schedule: null }, code: INVALID },
      {
        name: "a minute in the plural",
        with: schedule("rate(1 minutes)"),
        code: INVALID,
        property: "schedule.expression",
      },
      {
        name: "a visit every two hours",
        with: schedule("rate(120 minutes)"),
        code: INVALID,
        property: "schedule.expression",
      },
      { name: "no script", with: { s3Key: null }, code: INVALID, property: "s3Bucket" },
      { name: "two scripts", with: { zipFile: "visit.zip" }, code: INVALID },
      {
        name: "a timeout beyond the next visit",
        with: { runConfig: { timeoutInSeconds: 400 } },
        code: INVALID,
        property: "runConfig.timeoutInSeconds",
      },
      { name: "results kept for two years", with: { successRetentionPeriod: 730 }, code: INVALID },
      {
        name: "a bucket that does not exist",
        with: { artifactS3Location: "s3://nowhere-at-all/x" },
        code: INVALID,
        at: "create",
      },
      {
        name: "a role that does not exist",
        with: (made) => ({ executionRoleArn: `${String(made["role"]?.outputs["arn"])}-2` }),
        code: INVALID,
        at: "create",
      },
    ],
  },
];

conformance(cases);
