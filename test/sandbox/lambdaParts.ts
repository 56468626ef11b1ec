import type { Properties } from "../../sandbox/model/values.ts";
import type { Made, Workshop } from "./conformance.ts";

export const ROLE = "aws:iam/role:Role";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const FUNCTION = "aws:lambda/function:Function";
export const QUEUE = "aws:sqs/queue:Queue";

/** An archive as it is on the wire: the engine's mark, and the hash of what is in it. */
export const archive = (hash: string): Properties => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  hash,
  assets: {},
});

export const trustOf = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A role that Lambda may take and one that it may not, a queue, and what the first may do with queues. */
export async function lambdaParts({ make }: Workshop, actions: readonly string[] = ["sqs:*"]): Promise<Made> {
  const role = await make(ROLE, { name: "worker", assumeRolePolicy: trustOf("lambda.amazonaws.com") });
  const statement = { Effect: "Allow", Action: [...actions], Resource: "*" };
  await make(ROLE_POLICY, {
    name: "worker",
    role: role.id,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  return {
    role,
    stranger: await make(ROLE, { name: "stranger", assumeRolePolicy: trustOf("ec2.amazonaws.com") }),
    queue: await make(QUEUE, { name: "work", visibilityTimeoutSeconds: 60 }),
  };
}

export const smallestFunction = (made: Made): Properties => ({
  name: "worker",
  role: made["role"]?.outputs["arn"] ?? "",
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: archive("a1"),
});
