import { expect, test } from "vitest";
import { LATENCIES } from "../../sandbox/cloud/latency.ts";
import { startSandbox } from "../../sandbox/index.ts";
import { testDatabase } from "../support/database.ts";
import { connectEngine } from "./protocolClient.ts";
import { startTestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const network = { cidrBlock: "10.0.0.0/16" };

test("resources, what they hold, and the ledger's numbering survive a restart", async () => {
  const database = await testDatabase();
  const options = { databaseUrl: database.url };
  const first = await startTestSandbox(options);
  const engine = await first.engine();
  const vpc = await engine.create(VPC, network);
  const gone = await engine.create(VPC, network);
  await engine.remove(VPC, gone);
  await engine.create(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  const before = await first.ledger();
  await first.end();

  const second = await startTestSandbox(options);
  try {
    const again = await second.engine();
    expect(await again.read(VPC, vpc.id, vpc)).toMatchObject({ outputs: vpc.outputs, inputs: vpc.inputs });
    expect(await again.read(VPC, gone.id)).toBeUndefined();
    await expect(again.remove(VPC, vpc)).rejects.toThrow("DependencyViolation:");
    const attempt = again.create(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.0.0/25" });
    await expect(attempt).rejects.toThrow("InvalidSubnet.Conflict:");
    const after = await second.ledger();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_entry, i) => i + 1));
  } finally {
    await second.end();
    await database.drop();
  }
});

test("a second sandbox on the same database does not start", { timeout: 30_000 }, async () => {
  const first = await startTestSandbox();
  try {
    await expect(startSandbox({ databaseUrl: first.databaseUrl })).rejects.toThrow(
      "another sandbox serves this database",
    );
  } finally {
    await first.end();
  }
});

test("a hundred creates in a row cost the process well under a millisecond each", async () => {
  const sandbox = await startTestSandbox({ latency: LATENCIES.fast });
  try {
    const engine = await connectEngine({ port: sandbox.grpcPort });
    const create = () => engine.create("random:index/randomUuid:RandomUuid", {});
    for (let i = 0; i < 50; i += 1) await create();
    const started = process.cpuUsage();
    for (let i = 0; i < 100; i += 1) await create();
    const used = process.cpuUsage(started);
    // Client and server share the process here: serialisation on both sides is in the figure.
    expect((used.user + used.system) / 100 / 1000).toBeLessThan(3);
    engine.close();
  } finally {
    await sandbox.end();
  }
});
