import type { JournalEntry, PendingOperation, Resource } from "../../../api/state/deployments/deployment.ts";
import { type Answer, keys, TEAM, type TestBackend } from "./testBackend.ts";

const emptyState = { manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" }, resources: [] as Resource[] };

export const thing = (name: string, inputs: Record<string, unknown> = {}, type = "test:index:Thing"): Resource => ({
  urn: `urn:pulumi:dev::game::${type}::${name}`,
  type,
  custom: true,
  inputs,
});

export const deploymentOf = (...resources: Resource[]) => ({ version: 3, deployment: { ...emptyState, resources } });

/** A checkpoint as a client that does not journal sends it before steps: with what it is about to make. */
export const announcing = (pending: readonly Resource[], ...resources: Resource[]) => {
  const { version, deployment } = deploymentOf(...resources);
  const operations = pending.map((resource) => ({ type: "creating", resource }));
  return { version, deployment: { ...deployment, pending_operations: operations } };
};

/** An update that a hand-written client has started. */
export interface RunningUpdate {
  readonly id: string;
  readonly path: string;
  readonly token: string;
  readonly version: number;
  /** Sends entries; each gets the next sequence number unless it brings one. */
  journal(...entries: Partial<JournalEntry>[]): Promise<Answer>;
  checkpoint(deployment: object): Promise<Answer>;
  complete(status?: string): Promise<Answer>;
  send(method: string, route: string, body?: unknown): Promise<Answer>;
}

export interface StartOptions {
  readonly kind?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
  readonly journals?: boolean;
}

let stacks = 0;

/** Speaks the protocol request by request, as the CLI does. */
export function protocolClient(backend: TestBackend) {
  async function makeStack(name = `dev-${++stacks}`): Promise<string> {
    const made = await backend.call("POST", `/api/stacks/${TEAM}/game`, { body: { stackName: name } });
    if (made.status !== 200) throw new Error(`no stack: ${made.status} ${made.body.message}`);
    return `/api/stacks/${TEAM}/game/${name}`;
  }

  async function create(stack: string, { kind = "update", key = keys.operator, dryRun = false }: StartOptions) {
    return backend.call("POST", `${stack}/${kind}`, { key, body: { config: {}, options: { dryRun }, metadata: {} } });
  }

  async function begin(
    stack: string,
    options: StartOptions = {},
  ): Promise<{ answer: Answer; id: string; path: string }> {
    const created = await create(stack, options);
    if (created.status !== 200) return { answer: created, id: "", path: "" };
    const path = `${stack}/${options.kind ?? "update"}/${created.body.updateID}`;
    const body = { tags: {}, journalVersion: options.journals === false ? 0 : 1 };
    return {
      answer: await backend.call("POST", path, { key: options.key ?? keys.operator, body }),
      id: created.body.updateID,
      path,
    };
  }

  async function start(stack: string, options: StartOptions = {}): Promise<RunningUpdate> {
    const { answer, id, path } = await begin(stack, options);
    if (answer.status !== 200) throw new Error(`no update: ${answer.status} ${answer.body.message}`);
    const { token, version } = answer.body;
    const send = (method: string, route: string, body?: unknown) =>
      backend.call(method, `${path}/${route}`, { authorization: `update-token ${token}`, body });
    let sequence = 0;
    return {
      id,
      path,
      token,
      version,
      send,
      journal: (...entries) =>
        send("PATCH", "journalentries", {
          entries: entries.map((entry) => ({
            version: 1,
            operationID: 0,
            ...entry,
            sequenceID: entry.sequenceID ?? ++sequence,
          })),
        }),
      checkpoint: (deployment) => send("PATCH", "checkpoint", deployment),
      complete: (status = "succeeded") => send("POST", "complete", { status }),
    };
  }

  const exported = async (stack: string) => (await backend.call("GET", `${stack}/export`)).body.deployment;
  return { makeStack, create, begin, start, exported };
}

export const begun = (
  operationID: number,
  type: PendingOperation["type"],
  resource: Resource,
): Partial<JournalEntry> => ({
  kind: 0,
  operationID,
  operation: { type, resource },
});
export const succeeded = (
  operationID: number,
  state: Resource,
  more: Partial<JournalEntry> = {},
): Partial<JournalEntry> => ({
  kind: 1,
  operationID,
  state,
  ...more,
});
