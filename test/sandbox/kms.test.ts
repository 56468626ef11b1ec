import { type ConformanceCase, conformance, type Made } from "./conformance.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";
const ROLE = "aws:iam/role:Role";

const admin = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" };
const reader = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Describe*", Resource: "*" };

function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function keyOf(made: Made): string {
  return made["key"]?.id ?? "";
}

const cases: readonly ConformanceCase[] = [
  {
    type: KEY,
    smallest: () => ({}),
    id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    outputs: {
      arn: /^arn:aws:kms:eu-west-1:\d{12}:key\/[0-9a-f-]{36}$/,
      keyId: /^[0-9a-f-]{36}$/,
      policy: /"kms:\*"/,
      deletionWindowInDays: 30,
      isEnabled: true,
      keyUsage: "ENCRYPT_DECRYPT",
    },
    change: { enableKeyRotation: true, description: "Data", deletionWindowInDays: 7, tags: { team: "lobby" } },
    replace: { multiRegion: true },
    spoiled: [
      { name: "a deletion window of 6 days", with: { deletionWindowInDays: 6 }, code: "ValidationException" },
      { name: "a deletion window of 31 days", with: { deletionWindowInDays: 31 }, code: "ValidationException" },
      { name: "a usage there is not", with: { keyUsage: "ENCRYPT" }, code: "ValidationException" },
      { name: "a usage that is not the key's", with: { keyUsage: "SIGN_VERIFY" }, code: "ValidationException" },
      {
        name: "rotation of an RSA key",
        with: { enableKeyRotation: true, customerMasterKeySpec: "RSA_2048" },
        code: "UnsupportedOperationException",
      },
      {
        name: "a rotation period without rotation",
        with: { rotationPeriodInDays: 180 },
        code: "ValidationException",
      },
      { name: "a policy that is no JSON", with: { policy: "{" }, code: "MalformedPolicyDocumentException" },
      {
        name: "a policy without a principal",
        with: { policy: policyOf({ ...admin, Principal: undefined }) },
        code: "MalformedPolicyDocumentException",
      },
      {
        name: "a policy that locks its owner out",
        with: { policy: policyOf(reader) },
        code: "MalformedPolicyDocumentException",
        at: "create",
      },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "TagException" },
    ],
  },
  {
    type: KEY,
    smallest: () => ({ policy: policyOf(admin) }),
    id: /^[0-9a-f-]{36}$/,
    change: { policy: policyOf(admin, reader) },
    spoiled: [
      {
        name: "a role that does not exist as principal",
        // Conformance gives each test an account of its own: a role of none of them would be a stranger's.
        with: (made) => ({
          policy: policyOf(admin, { ...reader, Principal: { AWS: `${String(made["role"]?.outputs["arn"])}s` } }),
        }),
        code: "MalformedPolicyDocumentException",
        at: "create",
      },
    ],
    needs: async ({ make }) => ({
      role: await make(ROLE, {
        name: "nodes",
        assumeRolePolicy: policyOf({
          Effect: "Allow",
          Principal: { Service: "ec2.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      }),
    }),
  },
  {
    type: ALIAS,
    needs: async ({ make }) => ({ key: await make(KEY, {}), other: await make(KEY, {}) }),
    smallest: (made) => ({ name: "alias/data", targetKeyId: keyOf(made) }),
    id: /^alias\/data$/,
    outputs: { arn: /^arn:aws:kms:eu-west-1:\d{12}:alias\/data$/, targetKeyArn: /:key\/[0-9a-f-]{36}$/ },
    change: (made) => ({ targetKeyId: made["other"]?.id ?? "" }),
    replace: { name: "alias/other-data" },
    spoiled: [
      { name: "no key", with: { targetKeyId: null }, code: "ValidationException" },
      { name: "a name without alias/", with: { name: "data" }, code: "InvalidAliasNameException" },
      { name: "a name of AWS's own", with: { name: "alias/aws/data" }, code: "NotAuthorizedException" },
      { name: "a key that does not exist", with: { targetKeyId: "nothing" }, code: "NotFoundException", at: "create" },
      {
        name: "an alias as its key",
        with: { targetKeyId: "alias/aws/s3" },
        code: "NotFoundException",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
  {
    type: ALIAS,
    needs: async ({ make }) => ({ key: await make(KEY, {}) }),
    smallest: (made) => ({ targetKeyId: made["key"]?.outputs["arn"] ?? "" }),
    id: /^alias\/thing-[0-9a-f]{7}$/,
    replace: (made) => ({ name: "alias/data", targetKeyId: keyOf(made) }),
  },
];

conformance(cases);
