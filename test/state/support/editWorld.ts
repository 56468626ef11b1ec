import { expect } from "vitest";
import type { TeardownFacts } from "../../../api/gate/index.ts";
import type { Resource } from "../../../api/state/deployments/deployment.ts";
import { deploymentOf, protocolClient, thing } from "./protocolClient.ts";
import { realGate, startTestBackend, type TestBackend, testKeyring } from "./testBackend.ts";

const group = (cidr: string, more: Partial<Resource> = {}): Resource => ({
  ...thing(
    "door",
    { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [cidr] }] },
    "aws:ec2/securityGroup:SecurityGroup",
  ),
  id: "sg-1",
  ...more,
});
/** A door open to the world, which a rule forbids, and one that is not. */
export const [open, shut] = [group("0.0.0.0/0"), group("10.0.0.0/8")];
export const groupOf = group;

/** A store that a rule protects. */
export const store = (more: Partial<Resource> = {}): Resource => ({
  ...thing("players", { serverSideEncryption: { enabled: true } }, "aws:dynamodb/table:Table"),
  id: "players-1",
  protect: true,
  ...more,
});
export const other = thing("other");

/** What a request is answered whose content one of these two rules forbids. */
export const refused = {
  status: 403,
  body: { message: expect.stringMatching(/no-open-management-port|protect-data-stores/) },
};

/** A backend with the gate, and stacks with a state from before there was a rule. */
export interface EditWorld {
  readonly backend: TestBackend;
  readonly client: ReturnType<typeof protocolClient>;
  stackOf(...resources: Resource[]): Promise<string>;
  kept(stack: string): Promise<readonly Resource[]>;
  /** What is around every stack that is to be torn down. */
  surround(facts: TeardownFacts): void;
  close(): Promise<void>;
}

export async function startEditWorld(): Promise<EditWorld> {
  const keyring = testKeyring();
  const placement = { cloud: "aws", account: "111111111111", region: "eu-west-1" };
  let around: TeardownFacts = { now: "2026-01-01T00:00:00Z", gameEvents: [], dependents: [] };
  const teardownFacts = async () => around;
  const backend = await startTestBackend({ gate: await realGate(), keyring, placement, teardownFacts });
  const lenient = await startTestBackend({ keyring, database: backend.database });
  const client = protocolClient(backend);
  return {
    backend,
    client,
    async stackOf(...resources) {
      const stack = await client.makeStack();
      const imported = await lenient.call("POST", `${stack}/import`, { body: deploymentOf(...resources) });
      expect(imported.status).toBe(200);
      return stack;
    },
    surround(facts) {
      around = facts;
    },
    kept: async (stack) => (await client.exported(stack)).resources,
    async close() {
      await lenient.close();
      await backend.close();
      await (await realGate()).close();
    },
  };
}
