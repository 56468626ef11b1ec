import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { policyOf, read, readStatement, trust, trustStatement } from "./iamPolicies.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const POLICY = "aws:iam/policy:Policy";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

const managed = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

const tagged: Properties = { tags: { team: "lobby" } };

const withRole = async ({ make }: Workshop): Promise<Made> => ({
  role: await make(ROLE, { name: "nodes", assumeRolePolicy: trust }),
});

const malformed = (name: string, property: string, document: string) => ({
  name,
  with: { [property]: document },
  code: "MalformedPolicyDocument",
});

const cases: readonly ConformanceCase[] = [
  {
    type: ROLE,
    smallest: () => ({ name: "nodes", assumeRolePolicy: trust }),
    id: /^nodes$/,
    outputs: {
      arn: /^arn:aws:iam::\d{12}:role\/nodes$/,
      uniqueId: /^AROA[A-Z2-7]{17}$/,
      createDate: /^\d{4}-/,
      path: "/",
      maxSessionDuration: 3600,
      managedPolicyArns: [],
    },
    change: { description: "Nodes of the cluster", maxSessionDuration: 7200, ...tagged },
    replace: { name: "other-nodes" },
    spoiled: [
      { name: "no trust policy", with: { assumeRolePolicy: null }, code: "ValidationError" },
      { name: "a name with a space", with: { name: "my nodes" }, code: "ValidationError" },
      { name: "a name of 65 characters", with: { name: "n".repeat(65) }, code: "ValidationError" },
      { name: "a path without slashes", with: { path: "/games" }, code: "ValidationError" },
      { name: "a session of a minute", with: { maxSessionDuration: 60 }, code: "ValidationError" },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "InvalidInput" },
      {
        name: "a trust policy of more than 2,048 characters",
        with: { assumeRolePolicy: policyOf(trustStatement, { Sid: "a".repeat(2000) }) },
        code: "LimitExceeded",
      },
      {
        name: "a boundary that does not exist",
        with: { permissionsBoundary: "arn:aws:iam::aws:policy/NoSuchPolicyAnywhere" },
        code: "NoSuchEntity",
        at: "create",
      },
      malformed("a trust policy that is no JSON", "assumeRolePolicy", "{"),
      malformed("a trust policy that is a list", "assumeRolePolicy", "[]"),
      malformed("a trust policy without statements", "assumeRolePolicy", '{"Version":"2012-10-17"}'),
      malformed(
        "a version of today",
        "assumeRolePolicy",
        JSON.stringify({ Version: "2026-11-21", Statement: [trustStatement] }),
      ),
      malformed("an element there is not", "assumeRolePolicy", policyOf(trustStatement, { Actions: "sts:TagSession" })),
      malformed("an effect there is not", "assumeRolePolicy", policyOf(trustStatement, { Effect: "Permit" })),
      malformed("trust without a principal", "assumeRolePolicy", policyOf(trustStatement, { Principal: undefined })),
      malformed(
        "a principal of no kind",
        "assumeRolePolicy",
        policyOf(trustStatement, { Principal: { Team: "lobby" } }),
      ),
      malformed(
        "a service there cannot be",
        "assumeRolePolicy",
        policyOf(trustStatement, { Principal: { Service: "eks" } }),
      ),
      malformed("trust with a resource", "assumeRolePolicy", policyOf(trustStatement, { Resource: "*" })),
      malformed("trust for another action", "assumeRolePolicy", policyOf(trustStatement, { Action: "s3:GetObject" })),
      malformed(
        "a condition operator there is not",
        "assumeRolePolicy",
        policyOf(trustStatement, { Condition: { StringIs: { "aws:SourceAccount": "1" } } }),
      ),
    ],
    dependant: { type: PROFILE, inputs: (role) => ({ name: "nodes", role: role.id }), code: "DeleteConflict" },
    taken: { code: "EntityAlreadyExists" },
  },
  {
    type: ROLE_POLICY,
    needs: withRole,
    smallest: () => ({ name: "logs", role: "nodes", policy: read }),
    id: /^nodes:logs$/,
    change: { policy: policyOf(readStatement, { Action: ["s3:GetObject", "s3:PutObject"] }) },
    replace: { name: "other-logs" },
    spoiled: [
      { name: "no role", with: { role: null }, code: "ValidationError" },
      { name: "a role that does not exist", with: { role: "nobody" }, code: "NoSuchEntity", at: "create" },
      {
        name: "more than 10,240 characters",
        with: { policy: policyOf(readStatement, { Sid: "a".repeat(10_240) }) },
        code: "LimitExceeded",
        at: "create",
      },
      malformed("a principal", "policy", policyOf(readStatement, { Principal: "*" })),
      malformed("no resource", "policy", policyOf(readStatement, { Resource: undefined })),
      malformed("a resource that is no ARN", "policy", policyOf(readStatement, { Resource: "logs/*" })),
      malformed("an action without its service", "policy", policyOf(readStatement, { Action: "GetObject" })),
      malformed("actions both named and excluded", "policy", policyOf(readStatement, { NotAction: "s3:PutObject" })),
      malformed("a Sid with a hyphen", "policy", policyOf(readStatement, { Sid: "read-logs" })),
      malformed(
        "a Sid that stands there twice",
        "policy",
        JSON.stringify({
          Statement: [
            { ...readStatement, Sid: "a" },
            { ...readStatement, Sid: "a" },
          ],
        }),
      ),
    ],
  },
  {
    type: ATTACHMENT,
    needs: withRole,
    smallest: () => ({ role: "nodes", policyArn: managed }),
    id: /^nodes\/arn:aws:iam::aws:policy\/AmazonEKSClusterPolicy$/,
    replace: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
    spoiled: [
      { name: "no policy", with: { policyArn: null }, code: "ValidationError" },
      { name: "a name in place of an ARN", with: { policyArn: "AmazonEKSClusterPolicy" }, code: "ValidationError" },
      {
        name: "a policy that AWS does not have",
        with: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClustersPolicy" },
        code: "NoSuchEntity",
      },
      {
        name: "a policy of the account that does not exist",
        with: { policyArn: "arn:aws:iam::100000000001:policy/reads-logs" },
        code: "NoSuchEntity",
        at: "create",
      },
      {
        name: "a policy of a service's own roles",
        with: { policyArn: "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy" },
        code: "PolicyNotAttachable",
      },
      { name: "a role that does not exist", with: { role: "nobody" }, code: "NoSuchEntity", at: "create" },
    ],
  },
  {
    type: POLICY,
    needs: withRole,
    smallest: () => ({ name: "reads-logs", policy: read }),
    id: /^arn:aws:iam::\d{12}:policy\/reads-logs$/,
    outputs: { arn: /:policy\/reads-logs$/, policyId: /^ANPA/, attachmentCount: 0, path: "/" },
    change: { policy: policyOf(readStatement, { Effect: "Deny" }), ...tagged },
    replace: { description: "Reads logs", name: "reads-all-logs" },
    spoiled: [
      { name: "no document", with: { policy: null }, code: "ValidationError" },
      malformed("a principal", "policy", policyOf(readStatement, { Principal: { AWS: "*" } })),
      {
        name: "more than 6,144 characters",
        with: { policy: policyOf(readStatement, { Sid: "a".repeat(6144) }) },
        code: "LimitExceeded",
      },
    ],
    dependant: {
      type: ATTACHMENT,
      inputs: (policy) => ({ role: "nodes", policyArn: policy.id }),
      code: "DeleteConflict",
    },
    taken: { code: "EntityAlreadyExists" },
  },
  {
    type: PROFILE,
    needs: withRole,
    smallest: () => ({ name: "machines" }),
    id: /^machines$/,
    outputs: { arn: /:instance-profile\/machines$/, uniqueId: /^AIPA/ },
    change: { role: "nodes" },
    replace: { path: "/games/", name: "game-machines" },
    spoiled: [{ name: "a role that does not exist", with: { role: "nobody" }, code: "NoSuchEntity", at: "create" }],
    taken: { code: "EntityAlreadyExists" },
  },
  {
    type: PROVIDER,
    smallest: () => ({ url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] }),
    id: /^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    outputs: { thumbprintLists: /^[0-9a-f]{40}$/ },
    change: { clientIdLists: ["sts.amazonaws.com", "games"] },
    replace: { url: "https://gitlab.com" },
    spoiled: [
      { name: "no audience", with: { clientIdLists: null }, code: "ValidationError" },
      { name: "a URL without TLS", with: { url: "http://gitlab.com" }, code: "ValidationError" },
      {
        name: "a short thumbprint",
        with: { thumbprintLists: ["abcd"] },
        code: "ValidationError",
        property: "thumbprintLists[0]",
      },
    ],
    taken: { code: "EntityAlreadyExists" },
  },
];

conformance(cases);
