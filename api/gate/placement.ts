import type { Verdict } from "../../policies/index.ts";
import { pack, UNKNOWN } from "../../policies/index.ts";
import type { StepContext } from "./stepContext.ts";

/** Where a stack's target says that it stands. */
export interface Placement {
  readonly cloud: string;
  readonly account: string;
  readonly region: string;
}

/** What of a resource says where it goes. */
export interface PlacedResource {
  readonly urn: string;
  readonly type: string;
  /** Plain JSON with secrets in clear, as rules read them. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

const AWS_PROVIDER = "pulumi:providers:aws";
const POLICY = "gate-wrong-placement";

/** Settings that let a provider act as a role; each names it by its ARN, which holds the account. */
const roleSettings = ["assumeRole", "assumeRoles", "assumeRoleWithWebIdentity"] as const;

/**
 * Holds a stack with a target to its account, its region and those that its blueprint reaches: a provider of its own, or the argument `region` that each AWS
 * resource takes since version 7 of that provider, must not lead elsewhere. A stack without a target may go anywhere.
 *
 * @returns at most one verdict, mandatory; values of settings that may be secret are not repeated
 */
export function judgePlacement(context: StepContext, resource: PlacedResource): readonly Verdict[] {
  const { account, region, otherRegions = [], phase } = context;
  if (account === undefined || region === undefined) return [];
  // In a preview a value may not be known yet, and is judged when it is; later it is one that nobody here can open.
  const inputs = phase === "preview" ? withoutUnknown(resource.inputs) : resource.inputs;
  const faults = faultsOf({ ...resource, inputs }, { account, regions: [region, ...otherRegions] });
  if (faults.length === 0) return [];
  return [
    {
      policy: POLICY,
      pack: pack.name,
      packVersion: pack.version,
      level: "mandatory",
      severity: "critical",
      outcome: "fail",
      urn: resource.urn,
      resourceType: resource.type,
      message: `${faults.join("; ")}, and the stack's target is the account ${account} in ${[region, ...otherRegions].join(", ")}`,
      remediation:
        "Leave these settings out: the stack's configuration names the place. For another region, add a stack; a blueprint may say which others it reaches.",
      phase,
    },
  ];
}

interface Allowed {
  readonly account: string;
  /** The stack's own, and those that its blueprint reaches. */
  readonly regions: readonly string[];
}

const withoutUnknown = (inputs: PlacedResource["inputs"]): PlacedResource["inputs"] =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== UNKNOWN));

function faultsOf({ type, inputs }: PlacedResource, place: Allowed): readonly string[] {
  if (type === AWS_PROVIDER) return [...regionFaults(inputs, place.regions), ...providerFaults(inputs, place.account)];
  return type.startsWith("aws:") ? regionFaults(inputs, place.regions) : [];
}

function regionFaults({ region }: PlacedResource["inputs"], allowed: readonly string[]): readonly string[] {
  if (region === undefined || (typeof region === "string" && allowed.includes(region))) return [];
  return [typeof region === "string" && region !== UNKNOWN ? `region is ${region}` : "region is not known"];
}

function providerFaults(inputs: PlacedResource["inputs"], account: string): readonly string[] {
  const faults: string[] = [];
  const allowed = parsed(inputs["allowedAccountIds"]);
  if (isGiven(allowed) && !(Array.isArray(allowed) && allowed.every((one) => one === account)))
    faults.push("allowedAccountIds names another account");
  const forbidden = parsed(inputs["forbiddenAccountIds"]);
  if (Array.isArray(forbidden) && forbidden.includes(account)) faults.push("forbiddenAccountIds names this account");
  for (const name of roleSettings)
    if (rolesOf(parsed(inputs[name])).some((role) => !isOf(account, role)))
      faults.push(`${name} is a role of another account`);
  return faults;
}

/** A provider's settings travel as JSON text where they are not plain (pulumi-aws, config.go). */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && (typeof value !== "object" || Object.keys(value).length > 0);

function rolesOf(value: unknown): readonly unknown[] {
  if (!isGiven(value)) return [];
  return [value]
    .flat()
    .map((role) => (typeof role === "object" && role !== null ? Reflect.get(role, "roleArn") : role));
}

const isOf = (account: string, role: unknown): boolean =>
  typeof role === "string" && /^arn:aws[a-z-]*:iam::(\d*):role\//.exec(role)?.[1] === account;
