import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { policyOf, read, trust, trustStatement } from "./iamPolicies.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const POLICY = "aws:iam/policy:Policy";

const managed = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

describe("roles and what is at them", () => {
  let sandbox: TestSandbox;
  let engine: Engine;
  let role: StateAnswer;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  const begin = async (account: string, inputs: Properties = {}): Promise<void> => {
    engine = await sandbox.engine({ configuration: { region: "eu-west-1", allowedAccountIds: [account] } });
    role = await engine.create(ROLE, { name: "nodes", assumeRolePolicy: trust, ...inputs });
  };

  it("cannot be deleted while a policy is attached, and can when it was detached", async () => {
    await begin("200000000001");
    const attached = await engine.create(ATTACHMENT, { role: "nodes", policyArn: managed });
    await expect(engine.remove(ROLE, role)).rejects.toThrow("DeleteConflict:");
    await engine.remove(ATTACHMENT, attached);
    await engine.remove(ROLE, role);
    expect(await engine.read(ROLE, "nodes", role)).toBeUndefined();
  });

  it("cannot be deleted while it has an inline policy", async () => {
    await begin("200000000002");
    await engine.create(ROLE_POLICY, { name: "logs", role: "nodes", policy: read });
    await expect(engine.remove(ROLE, role)).rejects.toThrow("DeleteConflict:");
  });

  it("takes its policies along when it detaches by force", async () => {
    await begin("200000000003", { forceDetachPolicies: true });
    const attached = await engine.create(ATTACHMENT, { role: "nodes", policyArn: managed });
    await engine.remove(ROLE, role);
    expect(await engine.read(ATTACHMENT, attached.id, attached)).toBeUndefined();
  });

  it("attaches the same policy twice as one attachment", async () => {
    await begin("200000000004");
    const first = await engine.create(ATTACHMENT, { role: "nodes", policyArn: managed });
    await engine.create(ATTACHMENT, { role: "nodes", policyArn: managed });
    await engine.remove(ATTACHMENT, first);
    await engine.remove(ROLE, role);
    expect(await engine.read(ATTACHMENT, first.id, first)).toBeUndefined();
  });

  it("has at most ten policies attached", async () => {
    await begin("200000000005");
    const make = async (n: number): Promise<StateAnswer> => {
      const { id } = await engine.create(POLICY, { name: `p${n}`, policy: read });
      return engine.create(ATTACHMENT, { role: "nodes", policyArn: id });
    };
    for (let n = 0; n < 10; n += 1) await make(n);
    await expect(make(10)).rejects.toThrow("LimitExceeded:");
  });

  it("keeps the policy that is its boundary from being deleted", async () => {
    await begin("200000000009");
    const boundary = await engine.create(POLICY, { name: "boundary", policy: read });
    await engine.create(ROLE, { name: "bounded", assumeRolePolicy: trust, permissionsBoundary: boundary.id });
    await expect(engine.remove(POLICY, boundary)).rejects.toThrow("DeleteConflict:");
  });

  it("is named as a principal only when it exists", async () => {
    await begin("200000000006");
    const trusting = (name: string): string =>
      policyOf(trustStatement, { Principal: { AWS: `arn:aws:iam::200000000006:role/${name}` } });
    const refused = engine.create(ROLE, { name: "second", assumeRolePolicy: trusting("nobody") });
    await expect(refused).rejects.toThrow("MalformedPolicyDocument: Invalid principal");
    expect((await engine.create(ROLE, { name: "second", assumeRolePolicy: trusting("nodes") })).id).toBe("second");
  });

  it("is seen from every region of its account, and from no other account", async () => {
    await begin("200000000007");
    const elsewhere = await sandbox.engine({
      configuration: { region: "us-east-1", allowedAccountIds: ["200000000007"] },
    });
    expect(await elsewhere.read(ROLE, "nodes")).toBeDefined();
    const stranger = await sandbox.engine({
      configuration: { region: "eu-west-1", allowedAccountIds: ["200000000008"] },
    });
    expect(await stranger.read(ROLE, "nodes")).toBeUndefined();
  });
});
