import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { roleMay, serviceMayAssume } from "./iamRights.ts";
import { missingKey } from "./kmsKeys.ts";
import { eventSourceMapping } from "./lambdaEventSource.ts";
import { FUNCTION, findFunction, INVALID, lambda } from "./lambdaService.ts";
import { QUEUE } from "./sqs.ts";
import { tagsRule } from "./tags.ts";

const PERMISSION = "aws:lambda/permission:Permission";

/** What an account may reserve, and what must stay for functions that reserve nothing. Source: AWS Lambda developer guide, "Lambda quotas". */
const CONCURRENCY = { account: 1000, unreserved: 100 };

const inputs = inputsOf(FUNCTION, {
  name: { pattern: "^[a-zA-Z0-9_-]{1,64}$" },
  memorySize: { default: 128, max: 10_240 },
  timeout: { default: 3, max: 900 },
  // The provider writes "none" as -1.
  reservedConcurrentExecutions: { default: -1, min: -1 },
  architectures: { items: { enum: ["x86_64", "arm64"] }, maxItems: 1 },
  tags: tagsRule(INVALID),
});
const withoutCode = [...Object.keys(inputs), "tagsAll"].filter(
  (name) => !["code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri"].includes(name),
);

const function_: ResourceModel = {
  type: FUNCTION,
  service: lambda,
  inputs,
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: "ResourceConflictException" }],
  check: (given) => [...wrongCode(given), ...wrongEnvironment(given)],
  refuse: (draft) => untrustingRole(draft) ?? missingSealer(draft) ?? deadLetters(draft) ?? tooMuchReserved(draft),
  removes: ({ id }, cloud) =>
    cloud.all(PERMISSION).filter(({ outputs }) => findFunction(text(outputs, "function") ?? "", cloud)?.id === id),
  id: ({ inputs: given }) => text(given, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("lambda", place, `function:${id}`),
    qualifiedArn: ({ outputs }) => `${text(outputs, "arn")}:$LATEST`,
    invokeArn: ({ place, outputs }) => invocation(place.region, `${text(outputs, "arn")}`),
    qualifiedInvokeArn: ({ place, outputs }) => invocation(place.region, `${text(outputs, "qualifiedArn")}`),
    responseStreamingInvokeArn: ({ place, outputs }) =>
      `arn:aws:apigateway:${place.region}:lambda:path/2021-11-15/functions/${text(outputs, "arn")}/response-streaming-invocations`,
    version: () => "$LATEST",
    architectures: () => ["x86_64"],
    ephemeralStorage: () => ({ size: 512 }),
    loggingConfig: ({ id }) => ({ logFormat: "Text", logGroup: `/aws/lambda/${id}` }),
    tracingConfig: () => ({ mode: "PassThrough" }),
    sourceCodeSize: { onWrite: ({ cloud }) => 1000 + (cloud.random.bytes(1)[0] ?? 0), exceptFor: withoutCode },
    sourceCodeHash: { onWrite: ({ cloud }) => cloud.random.hex(44), exceptFor: withoutCode },
    codeSha256: { onWrite: ({ outputs }) => outputs["sourceCodeHash"] ?? "", exceptFor: withoutCode },
    lastModified: { onWrite: ({ cloud }) => cloud.now },
    signingJobArn: () => "",
    signingProfileVersionArn: () => "",
  },
  keys: ["arn"],
  seconds: { create: 10, update: 10, delete: 2 },
};

function invocation(region: string, functionArn: string): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

/** Code comes one way, and a zip archive needs to say what runs it. */
function wrongCode(given: Properties): readonly Problem[] {
  const ways = ["code", "imageUri", "s3Bucket"].filter((name) => given[name] !== undefined);
  const problem = (message: string, property: string): Problem => ({ code: INVALID, message, property });
  if (ways.length !== 1) {
    return [problem("exactly one of code, imageUri and s3Bucket with s3Key must be given", ways[0] ?? "code")];
  }
  const absent =
    given["packageType"] === "Image" ? [] : ["runtime", "handler"].filter((name) => given[name] === undefined);
  return absent.map((name) => problem("Runtime and Handler are mandatory parameters for functions from a zip", name));
}

/** The keys that Lambda keeps for itself, and the 4 KB of all variables. Source: AWS Lambda developer guide, "Environment variables". */
function wrongEnvironment(given: Properties): readonly Problem[] {
  const variables = object(object(given, "environment"), "variables");
  const problem = (message: string): readonly Problem[] => [{ code: INVALID, message, property: "environment" }];
  const reserved = Object.keys(variables).find((name) =>
    /^(AWS_(REGION|LAMBDA_.*|ACCESS_KEY.*|SECRET.*)|_HANDLER)$/.test(name),
  );
  if (reserved !== undefined) return problem(`Reserved keys used in this request: ${reserved}`);
  if (JSON.stringify(variables).length <= 4096) return [];
  return problem("the environment variables you have provided exceeded the 4KB limit");
}

function untrustingRole({ inputs: given, place, cloud }: Draft): Problem | undefined {
  if (serviceMayAssume(text(given, "role") ?? "", "lambda.amazonaws.com", place.account, cloud)) return undefined;
  const message = "The role defined for the function cannot be assumed by Lambda.";
  return { code: INVALID, message, property: "role" };
}

function missingSealer(draft: Draft): Problem | undefined {
  return missingKey(draft, "kmsKeyArn", { code: INVALID });
}

function deadLetters({ inputs: given, cloud }: Draft): Problem | undefined {
  const target = text(object(given, "deadLetterConfig"), "targetArn") ?? "";
  if (!target.includes(":sqs:")) return undefined;
  const problem = (message: string): Problem => ({ code: INVALID, message, property: "deadLetterConfig.targetArn" });
  if (cloud.find(QUEUE, target, "arn") === undefined) return problem(`The dead letter queue ${target} does not exist`);
  if (roleMay(text(given, "role") ?? "", "sqs:SendMessage", cloud)) return undefined;
  return problem("The provided execution role does not have permissions to call SendMessage on SQS");
}

function tooMuchReserved({ id, inputs: given, cloud }: Draft): Problem | undefined {
  const reserved = (properties: Properties) => Math.max(0, Number(properties["reservedConcurrentExecutions"] ?? 0));
  const others = cloud.all(FUNCTION).filter((each) => each.id !== id);
  const sum = others.reduce((total, { outputs }) => total + reserved(outputs), reserved(given));
  if (reserved(given) === 0 || sum <= CONCURRENCY.account - CONCURRENCY.unreserved) return undefined;
  const message = `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${CONCURRENCY.unreserved}].`;
  return { code: INVALID, message, property: "reservedConcurrentExecutions" };
}

const permission: ResourceModel = {
  type: PERMISSION,
  service: lambda,
  inputs: inputsOf(PERMISSION, {
    statementId: { immutable: true, minLength: 1, maxLength: 100, pattern: "^[a-zA-Z0-9_-]+$" },
    qualifier: { immutable: true },
  }),
  autoname: { property: "statementId", maxLength: 100 },
  unique: [{ by: ["function", "statementId"], code: "ResourceConflictException" }],
  refuse: ({ inputs: given, cloud }) =>
    findFunction(text(given, "function") ?? "", cloud) === undefined
      ? {
          code: "ResourceNotFoundException",
          message: `Function not found: ${text(given, "function")}`,
          property: "function",
        }
      : undefined,
  // The provider's id is the statement's alone, which several functions may have.
  id: ({ inputs: given }) => `${text(given, "function")}/${text(given, "statementId")}`,
  outputs: { statementIdPrefix: () => "" },
  seconds: { create: 1, delete: 1 },
};

/** AWS Lambda. Mappings stay when their function goes, as they do there. */
export const lambdaModels: readonly ResourceModel[] = [function_, permission, eventSourceMapping];
