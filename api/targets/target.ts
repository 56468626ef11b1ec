import { z } from "zod";
import { invalidRequest } from "../http/parse.ts";
import { cloud, door, environment, regionList, thingName, timestamp } from "../http/schemas.ts";

/** Where credentials for a target come from: none (the sandbox), or the environment of the control process. */
const credentialReference = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("none") }),
    z.strictObject({
      source: z.literal("ambient"),
      profile: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe("A profile of the AWS configuration on the service's machine."),
    }),
  ])
  .meta({ id: "Credentials" });
export type CredentialReference = z.output<typeof credentialReference>;

const account = z.string().regex(/^\d{12}$/, "An account is 12 digits.");
/** Whether clients are handed the policy pack for stacks of the target, so that they see verdicts before the gate gives them. */
const requiredPolicies = z
  .enum(["served", "off"])
  .describe("`off` where laptops cannot run the policy pack (it needs Node and npm). The gate judges all the same.");
const doorList = z
  .array(door)
  .min(1, "Name at least one door: service, cli, or both.")
  .refine((given) => new Set(given).size === given.length, "A door is listed twice. Remove one.");

export const targetView = z
  .object({
    name: z.string(),
    cloud,
    account: z.string(),
    environment,
    regions: z.array(z.string()).describe("Where stack sets may go."),
    doors: z.array(door).describe("Through what its stacks are changed: the service, a Pulumi CLI elsewhere, or both."),
    credentials: credentialReference,
    requiredPolicies,
    generation: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Target" });
export type Target = z.output<typeof targetView>;

export const createTarget = z
  .strictObject({
    name: thingName,
    cloud,
    account,
    environment,
    regions: regionList,
    doors: doorList.optional().describe("`[service]` in production, both elsewhere, without it."),
    credentials: credentialReference.optional().describe("None for the sandbox, ambient for AWS, without it."),
    requiredPolicies: requiredPolicies.default("served"),
  })
  .meta({ id: "CreateTarget" });
export type CreateTarget = z.output<typeof createTarget>;

/**
 * Cloud, account and environment are not among them: stacks live in the account, and were judged by the rules of the
 * environment.
 */
export const patchTarget = z
  .strictObject({
    regions: regionList.optional(),
    doors: doorList.optional(),
    credentials: credentialReference.optional(),
    requiredPolicies: requiredPolicies.optional(),
  })
  .meta({ id: "PatchTarget", description: "A JSON merge patch (RFC 7396)." });
export type PatchTarget = z.output<typeof patchTarget>;

/** What a target starts from, with the defaults filled in: closed ones in production. */
export function completeTarget(request: CreateTarget): Omit<Target, "generation" | "createdAt" | "updatedAt"> {
  const doors = request.doors ?? (request.environment === "production" ? ["service"] : ["service", "cli"]);
  const credentials = request.credentials ?? { source: request.cloud === "sandbox" ? "none" : "ambient" };
  checkCredentials(request.cloud, credentials);
  return { ...request, doors, credentials };
}

/** @throws Problem `invalid-request` when the cloud cannot be reached with such credentials, or needs none. */
export function checkCredentials(forCloud: Target["cloud"], { source }: CredentialReference): void {
  if ((forCloud === "sandbox") === (source === "none")) return;
  const detail =
    forCloud === "sandbox"
      ? "The sandbox takes no credentials. Use source none."
      : "AWS needs credentials. Use source ambient.";
  throw invalidRequest([{ pointer: "/credentials/source", detail }]);
}

/** The target that exists without anybody making it. */
export const builtinTarget: Omit<Target, "generation" | "createdAt" | "updatedAt"> = {
  name: "sandbox",
  cloud: "sandbox",
  account: "000000000000",
  environment: "development",
  regions: [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
  ],
  doors: ["service", "cli"],
  credentials: { source: "none" },
  requiredPolicies: "served",
};
