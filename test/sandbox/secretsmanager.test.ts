import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../sandbox/cloud/clock.ts";
import { testDatabase } from "../support/database.ts";
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

describe("the name of a deleted secret", () => {
  let time = Date.parse("2026-01-01T00:00:00Z");
  const clock: Clock = { now: () => time, sleep: async () => undefined };
  const latency = { profile: "custom", waitFactor: 1, callMs: 0 } as const;
  const days = (count: number): number => count * 86_400_000;

  it("stays taken while the secret can be brought back, also through a restart", async () => {
    const database = await testDatabase();
    const options = { clock, latency, databaseUrl: database.url };
    const first = await startTestSandbox(options);
    const engine = await first.engine();
    await engine.remove(SECRET, await engine.create(SECRET, { name: "credentials", recoveryWindowInDays: 7 }));
    expect((await first.control("GET", "/resources")).body).toMatchObject({ items: [] });
    const refusal = "InvalidRequestException:";
    await expect(engine.create(SECRET, { name: "credentials" })).rejects.toThrow(refusal);
    await first.end();

    const second = await startTestSandbox(options);
    try {
      const again = await second.engine();
      time += days(7) - 1;
      await expect(again.create(SECRET, { name: "credentials" })).rejects.toThrow(refusal);
      time += 1;
      expect((await again.create(SECRET, { name: "credentials" })).id).toContain(":secret:credentials-");
    } finally {
      await second.end();
      await database.drop();
    }
  });

  it("is free at once without a window", async () => {
    const sandbox = await startTestSandbox({ clock, latency });
    try {
      const engine = await sandbox.engine();
      const inputs = { name: "credentials", recoveryWindowInDays: 0 };
      await engine.remove(SECRET, await engine.create(SECRET, inputs));
      expect((await engine.create(SECRET, inputs)).id).toContain(":secret:credentials-");
    } finally {
      await sandbox.end();
    }
  });
});
