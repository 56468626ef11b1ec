import { defaultTagsOf } from "../cloud/checkedInputs.ts";
import type { ProviderPackage } from "../model/package.ts";
import type { Problem } from "../model/rule.ts";
import { isProperties, list, type Properties, text, texts, type Value } from "../model/values.ts";
import { invokes, models } from "./index.ts";
import { isRegion } from "./regions.ts";
import { serviceQuotas } from "./serviceQuotas.ts";

/** Where everything lives for whom the configuration names no account. */
const DEFAULT_ACCOUNT = "000000000000";

/** The package `aws`: its provider's configuration selects account and region; each resource may name another region. */
export const awsPackage: ProviderPackage = {
  name: "aws",
  models,
  invokes,
  quotas: serviceQuotas,
  check: problems,
  replacing: ["region", "allowedAccountIds", "assumeRole", "assumeRoles"],
  configure: (configuration) => {
    const account = accountOf(configuration);
    const region = text(configuration, "region") ?? "";
    return {
      package: "aws",
      defaultTags: defaultTagsOf(configuration),
      place: (properties) => ({ account, region: text(properties, "region") ?? region }),
    };
  },
};

function problems(configuration: Properties): readonly Problem[] {
  return [...regionProblems(configuration), ...accountProblems(configuration)];
}

function regionProblems(configuration: Properties): readonly Problem[] {
  const region = configuration["region"];
  if (region === undefined || region === null || region === "") {
    return [{ code: "MissingRegion", message: "no region is configured: set aws:region", property: "region" }];
  }
  if (typeof region !== "string" || isRegion(region)) return [];
  return [{ code: "InvalidRegion", message: `'${region}' is not a region of AWS`, property: "region" }];
}

function accountProblems(configuration: Properties): readonly Problem[] {
  const allowed = texts(configuration["allowedAccountIds"]);
  const problem = (message: string): readonly Problem[] => [
    { code: "InvalidAccount", message, property: "allowedAccountIds" },
  ];
  const malformed = allowed.find((id) => !/^\d{12}$/.test(id));
  if (malformed !== undefined) return problem(`'${malformed}' is not an account id of 12 digits`);
  const assumed = assumedAccount(configuration);
  if (assumed !== undefined && allowed.length > 0 && !allowed.includes(assumed)) {
    return problem(`the assumed role is of account ${assumed}, which is not allowed (${allowed.join(", ")})`);
  }
  const account = accountOf(configuration);
  if (!texts(configuration["forbiddenAccountIds"]).includes(account)) return [];
  return problem(`account ${account} is forbidden by forbiddenAccountIds`);
}

/** The account of the assumed role, else the first allowed one, else the default. */
function accountOf(configuration: Properties): string {
  return assumedAccount(configuration) ?? texts(configuration["allowedAccountIds"])[0] ?? DEFAULT_ACCOUNT;
}

function assumedAccount(configuration: Properties): string | undefined {
  const roles: readonly (Value | undefined)[] = [configuration["assumeRole"], ...list(configuration, "assumeRoles")];
  const arns = roles.flatMap((role) => (isProperties(role) ? (text(role, "roleArn") ?? []) : []));
  // Roles are assumed one after another: the last one decides.
  return /^arn:[^:]+:iam::(\d{12}):role\//.exec(arns.at(-1) ?? "")?.[1];
}
