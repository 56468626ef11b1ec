import {
  type Deployment,
  type JournalEntry,
  kinds,
  type Resource,
  type StoredDeployment,
} from "../../../../api/state/deployments/deployment.ts";
import { replayJournal } from "../../../../api/state/journal/replayJournal.ts";
import { urn } from "./plannedJournal.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");
export const base = (...resources: Resource[]): Deployment => ({
  manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
  resources,
});

let sequence = 0;
export const entry = (kind: number, operationID: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  version: 1,
  kind,
  sequenceID: ++sequence,
  operationID,
  ...more,
});
export const begin = (operation: number, type?: "creating" | "updating" | "deleting", of?: Resource) =>
  entry(kinds.begin, operation, type && of ? { operation: { type, resource: of } } : {});
export const success = (operation: number, more: Partial<JournalEntry> = {}) => entry(kinds.success, operation, more);

export const stored = (deployment: Deployment): StoredDeployment => ({ version: 3, deployment });
export const replayed = (from: Deployment, entries: readonly JournalEntry[], now = NOW) =>
  replayJournal(stored(from), entries, { now });
/** What a journal without a fault makes of a base. */
export const rebuilt = (from: Deployment, entries: readonly JournalEntry[], now = NOW): StoredDeployment => {
  const { stored: state, fault } = replayed(from, entries, now);
  if (fault) throw fault;
  return state;
};
export const replay = (from: Deployment, ...entries: JournalEntry[]) => rebuilt(from, entries).deployment;
export const names = ({ resources = [] }: Deployment) => resources.map((each) => each.urn.split("::").at(-1));
export const named = (deployment: Deployment, name: string) =>
  deployment.resources?.find((each) => each.urn === urn(name));
