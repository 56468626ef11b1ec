import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const KEY = "aws:kms/key:Key";

const withSecret = async ({ make }: Workshop) => ({
  secret: await make(SECRET, { name: "credentials" }),
  key: await make(KEY, {}),
});

const cases: readonly ConformanceCase[] = [
  {
    type: SECRET,
    smallest: () => ({ name: "credentials" }),
    id: /^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:credentials-[0-9A-Za-z]{6}$/,
    outputs: { arn: /:secret:credentials-/, recoveryWindowInDays: 30, policy: "" },
    change: { description: "Keys of the sessions", recoveryWindowInDays: 0, tags: { team: "lobby" } },
    replace: { name: "other-credentials" },
    spoiled: [
      { name: "a name with a space", with: { name: "my credentials" }, code: "InvalidParameterException" },
      { name: "recovery for three days", with: { recoveryWindowInDays: 3 }, code: "InvalidParameterException" },
      { name: "recovery for a year", with: { recoveryWindowInDays: 365 }, code: "InvalidParameterException" },
      { name: "a policy that is no JSON", with: { policy: "all" }, code: "MalformedPolicyDocumentException" },
      {
        name: "a key that does not exist",
        with: { kmsKeyId: "alias/nothing" },
        code: "EncryptionFailure",
        at: "create",
      },
    ],
    taken: { code: "ResourceExistsException" },
  },
  {
    type: SECRET,
    needs: withSecret,
    smallest: (made) => ({ name: "encrypted", kmsKeyId: made["key"]?.outputs["arn"] ?? "" }),
    id: /:secret:encrypted-/,
    change: { kmsKeyId: "alias/aws/secretsmanager" },
  },
  {
    type: VERSION,
    needs: withSecret,
    smallest: (made) => ({ secretId: made["secret"]?.id ?? "", secretString: "first" }),
    id: /^arn:aws:secretsmanager:.+\|[0-9a-f-]{36}$/,
    outputs: { versionId: /^[0-9a-f-]{36}$/, versionStages: ["AWSCURRENT"], hasSecretStringWo: false },
    change: { versionStages: ["AWSCURRENT", "blue"] },
    replace: { secretString: "second" },
    spoiled: [
      { name: "no secret", with: { secretId: null }, code: "InvalidParameterException" },
      { name: "no content", with: { secretString: null }, code: "InvalidParameterException", property: "secretString" },
      {
        name: "two contents",
        with: { secretBinary: "Zmlyc3Q=" },
        code: "InvalidParameterException",
        property: "secretString",
      },
      {
        name: "more than 65,536 characters",
        with: { secretString: "a".repeat(65_537) },
        code: "InvalidParameterException",
      },
      {
        name: "a secret that does not exist",
        with: { secretId: "nothing" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: VERSION,
    needs: withSecret,
    smallest: () => ({ secretId: "credentials", secretBinary: "Zmlyc3Q=" }),
    id: /^credentials\|[0-9a-f-]{36}$/,
    outputs: { secretArn: /:secret:credentials-/, arn: /:secret:credentials-/ },
    spoiled: [{ name: "binary content in clear", with: { secretBinary: "?!" }, code: "InvalidParameterException" }],
  },
];

conformance(cases);

describe("versions of a secret", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("are marked secret, also when the program did not say so", async () => {
    const engine = await sandbox.engine();
    const secret = await engine.create(SECRET, { name: "marked" });
    const version = await engine.create(VERSION, { secretId: secret.id, secretString: "hush" });
    expect(version.secrets).toContain('["secretString"]');
  });

  it("never stand in a refusal", async () => {
    const engine = await sandbox.engine();
    const secret = await engine.create(SECRET, { name: "refused" });
    const long = "hush".repeat(20_000);
    const { failures } = await engine.check(VERSION, {
      secretId: secret.id,
      secretBinary: "hush!",
      secretString: long,
    });
    expect(failures.length).toBeGreaterThan(0);
    expect(JSON.stringify(failures)).not.toContain("hush");
  });

  it("vanish with their secret", async () => {
    const engine = await sandbox.engine();
    const secret = await engine.create(SECRET, { name: "vanishing" });
    const version = await engine.create(VERSION, { secretId: secret.id, secretString: "hush" });
    await engine.remove(SECRET, secret);
    expect(await engine.read(VERSION, version.id, version)).toBeUndefined();
  });
});
