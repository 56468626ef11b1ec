import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VAULT = "aws:backup/vault:Vault";
const POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const denial = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "backup:DeleteRecoveryPoint", Resource: "*" }],
});

describe("a vault", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its policy and its lock along", async () => {
    const engine = await sandbox.engine();
    const vault = await engine.create(VAULT, { name: "home" });
    await engine.create(POLICY, { backupVaultName: "home", policy: denial });
    await engine.create(LOCK, { backupVaultName: "home", minRetentionDays: 7, changeableForDays: 3 });
    await engine.remove(VAULT, vault);
    expect(await engine.read(POLICY, "home")).toBeUndefined();
    expect(await engine.read(LOCK, "home")).toBeUndefined();
  });

  it("loses its only lock when an old one is deleted after a new one was made", async () => {
    const engine = await sandbox.engine();
    await engine.create(VAULT, { name: "locked" });
    const old = await engine.create(LOCK, { backupVaultName: "locked", minRetentionDays: 7 });
    await engine.create(LOCK, { backupVaultName: "locked", minRetentionDays: 14 });
    await engine.remove(LOCK, old);
    expect(await engine.read(LOCK, "locked")).toBeUndefined();
  });
});
