import type { ResourceModel } from "../model/model.ts";
import { inputsOf } from "../model/schema.ts";
import { list, text } from "../model/values.ts";
import { globalArn } from "./arn.ts";
import { iamPolicies } from "./iamPolicies.ts";
import { ROLE, role } from "./iamRole.ts";
import { iam, iamId, iamName, iamPath } from "./iamService.ts";
import { tagsRule } from "./tags.ts";

const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

const instanceProfile: ResourceModel = {
  type: PROFILE,
  service: iam,
  scope: "account",
  inputs: inputsOf(PROFILE, {
    name: iamName(128),
    path: iamPath,
    role: { ref: { type: ROLE, code: "NoSuchEntity" } },
    tags: tagsRule("InvalidInput"),
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name"], code: "EntityAlreadyExists" }],
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, inputs, place }) => globalArn("iam", place, `instance-profile${text(inputs, "path")}${id}`),
    createDate: ({ cloud }) => cloud.now,
    uniqueId: ({ cloud }) => iamId("AIPA", cloud),
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1 },
};

const openIdConnectProvider: ResourceModel = {
  type: PROVIDER,
  service: iam,
  scope: "account",
  inputs: inputsOf(PROVIDER, {
    url: { pattern: "^https://[A-Za-z0-9.-]+(:\\d+)?(/[!-~]*)?$" },
    clientIdLists: { maxItems: 100 },
    tags: tagsRule("InvalidInput"),
  }),
  unique: [{ by: ["arn"], code: "EntityAlreadyExists" }],
  check: (inputs) => {
    const audiences = list(inputs, "clientIdLists");
    if (new Set(audiences).size === audiences.length) return [];
    return [{ code: "InvalidInput", message: "a client id stands there twice", property: "clientIdLists" }];
  },
  id: ({ inputs, place }) =>
    globalArn(
      "iam",
      place,
      `oidc-provider/${(text(inputs, "url") ?? "").replace(/^https:\/\//, "").replace(/\/$/, "")}`,
    ),
  outputs: {
    arn: ({ id }) => id,
    // AWS fetches the certificate of the provider's top authority; here there is none to fetch.
    thumbprintLists: ({ cloud }) => [cloud.random.hex(40)],
  },
  keys: ["arn"],
  seconds: { create: 1 },
};

/** AWS Identity and Access Management: what belongs to an account as a whole. */
export const iamModels: readonly ResourceModel[] = [role, ...iamPolicies, instanceProfile, openIdConnectProvider];
