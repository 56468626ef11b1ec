import type { Decision, Outcome } from "../../api/decisions/decision.ts";
import { listDecisions } from "../../api/decisions/listDecisions.ts";
import { createGate, type Gate } from "../../api/gate/index.ts";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { pack, readPolicySettings } from "../../policies/index.ts";
import { protocolClient, thing } from "../state/support/protocolClient.ts";
import { insertTarget } from "../state/support/rows.ts";
import { startTestBackend, TEAM, type TestBackend } from "../state/support/testBackend.ts";

export const PORT = "security-no-open-management-port";
export const STORES = "reliability-protect-data-stores";

/** What a value is in a preview before it is known (pulumi, plugin/rpc.go: UnknownStringValue). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const group = (cidr: string): Resource =>
  thing(
    "door",
    { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: cidr === UNKNOWN ? cidr : [cidr] }] },
    "aws:ec2/securityGroup:SecurityGroup",
  );
/** A door that a rule objects to, one that it does not, and one of which it cannot know yet. */
export const [open, shut, hidden] = [group("0.0.0.0/0"), group("10.0.0.0/8"), group(UNKNOWN)];

/** The gate with some of its rules, and the rest switched off. */
export async function gateOf(
  levels: Readonly<Record<string, string>>,
  options: Pick<NonNullable<Parameters<typeof createGate>[0]>, "exemptionsOf" | "clock"> = {},
): Promise<Gate> {
  const { settings, faults } = readPolicySettings({ all: "disabled", ...levels }, pack.rules);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return createGate({ ...options, settings });
}

export interface LedgerWorld {
  readonly backend: TestBackend;
  readonly client: ReturnType<typeof protocolClient>;
  /** A stack with a target, whose previews are judged. */
  governed(name: string): Promise<string>;
  /** A preview that intends one step. */
  preview(stack: string, resource: Resource, op?: string): Promise<{ readonly status: number }>;
  /** All that the ledger says of a stack, in order; without what does not concern a resource unless it is asked for. */
  decisions(stack: string, outcome?: readonly Outcome[]): Promise<readonly Decision[]>;
  close(): Promise<void>;
}

export async function startLedgerWorld(gate: Gate): Promise<LedgerWorld> {
  const backend = await startTestBackend({ gate });
  const client = protocolClient(backend);
  const { db } = backend.database;
  return {
    backend,
    client,
    async governed(name) {
      await insertTarget(backend);
      const place = { team: TEAM, project: "game", name, target: "live", region: "eu-west-1" };
      await backend.state.ensureStack(undefined, { ...place, doors: ["cli", "service"], tags: {} });
      return `/api/stacks/${TEAM}/game/${name}`;
    },
    async preview(stack, resource, op = "create") {
      const update = await client.start(stack, { dryRun: true });
      const [before, after] = op === "delete" ? [{ ...resource, outputs: {} }, null] : [null, resource];
      const metadata = { op, urn: resource.urn, type: resource.type, old: before, new: after, detailedDiff: null };
      const event = { sequence: 0, timestamp: 1, resourcePreEvent: { planning: true, metadata } };
      await update.send("POST", "events/batch", { events: [event] });
      return update.complete();
    },
    async decisions(stack, outcome) {
      const name = stack.split("/").at(-1) ?? "";
      const caller = { team: TEAM } as Parameters<typeof listDecisions>[1]["caller"]; // no more of it is looked at
      const request = { pageSize: 10_000, caller, outcome };
      const page = await listDecisions(db, request, { rows: { stack: `game/${name}` }, direction: "asc" });
      return page.items;
    },
    async close() {
      await backend.close();
      await gate.close();
    },
  };
}
