import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { canonicalForm } from "../../../api/state/deployments/canonicalForm.ts";
import {
  emptyDeployment,
  type JournalEntry,
  kinds,
  type PendingOperation,
  type StoredDeployment,
} from "../../../api/state/deployments/deployment.ts";
import { replayJournal } from "../../../api/state/journal/replayJournal.ts";
import { buildCorpus, ENGINE, hasGo, type Recording, readCorpus } from "./support/corpus.ts";
import { inconsistency } from "./support/inconsistency.ts";

/** Nothing of the engine may be compiled yet. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 25 * 60_000 });

const STACKS = 220;
const go = await hasGo();
if (!go) process.stderr.write("The journal is NOT compared with the engine's own states: there is no Go here.\n");

describe.skipIf(!go)(
  `the state rebuilt from a journal is what the engine's file backend holds${go ? "" : " (there is no Go here)"}`,
  () => {
    const recordings: Recording[] = [];
    let crashes = 0;

    beforeAll(async () => {
      const binary = await buildCorpus();
      ({ crashes } = await readCorpus(binary, STACKS, (recording) => recordings.push(recording)));
    });

    test("in at least 500 runs, after every entry after which it keeps one", () => {
      const sound = recordings.flatMap((recording) =>
        recording.states.filter(({ broken }) => !broken).map((state) => [recording, state] as const),
      );
      expect(sound.flatMap(([recording, state]) => differenceIn(recording, state)).slice(0, 5)).toEqual([]);
      expect(recordings.length).toBeGreaterThanOrEqual(500);
      expect(sound.length).toBeGreaterThanOrEqual(3_000);
    });

    test("its resources stand in the same order", () => {
      const names = ({ deployment }: StoredDeployment) => (deployment.resources ?? []).map(({ urn }) => urn);
      for (const recording of recordings.filter(({ stepwise }) => stepwise)) {
        for (const { after, deployment } of recording.states)
          expect(names(replayed(recording, after))).toEqual(names(deployment));
      }
    });

    test("whatever the engine may meet is among the runs", () => {
      const counts = new Map<string, number>();
      const traitsOf = ({ traits, entries }: Recording) => [...traits, ...entries.map(({ kind }) => `kind ${kind}`)];
      for (const recording of recordings)
        for (const trait of new Set(traitsOf(recording))) counts.set(trait, (counts.get(trait) ?? 0) + 1);
      const rare = expected.filter((trait) => (counts.get(trait) ?? 0) < 3);
      expect(rare).toEqual([]);
      // The engine ends its process by assertions of its own in a few programs; most must get through.
      expect(crashes).toBeLessThan(STACKS / 10);
    });

    test("a journal that is cut anywhere gives a state with which the engine goes on", () => {
      for (const recording of recordings.filter(isSound)) {
        for (let length = 0; length <= recording.entries.length; length += 1) {
          const { deployment } = replayed(recording, length);
          expect([recording.name, length, inconsistency(deployment)]).toEqual([recording.name, length, undefined]);
        }
      }
    });

    test("a state that the engine finds inconsistent is found so here too", () => {
      const states = recordings.flatMap((recording) => recording.states);
      const judged = (of: readonly (typeof states)[number][]) =>
        of.filter(({ deployment }) => inconsistency(deployment.deployment) !== undefined);
      expect(judged(states.filter(({ broken }) => !broken))).toEqual([]);
      expect(judged(states).length).toBe(states.filter(({ broken }) => broken).length);
    });
  },
);

/** Runs from a consistent state to consistent states. */
const isSound = ({ states, base }: Recording): boolean =>
  !states.some(({ broken }) => broken) && (base === undefined || inconsistency(base.deployment) === undefined);

const steps =
  "same create update delete replace create-replacement delete-replaced read read-replacement refresh discard";
const expected = [
  ..."0 1 2 3 4 5 6 7 8 9".split(" ").map((kind) => `kind ${kind}`),
  ...`${steps} import import-replacement remove-pending-replace extend-parameterize`
    .split(" ")
    .map((op) => `step ${op}`),
  ..."create update delete read refresh import create-replacement".split(" ").map((op) => `failed ${op}`),
  ...["update", "update with a refresh", "refresh", "refresh with the program", "destroy", "destroy with the program"],
  ...["import", "targets", "replaces targets", "parallel", "interrupted", "goes on after an error", "snippets"],
  ...["pending before", "registers outputs", "rebuilds its base", "writes its base anew"],
];

function replayed({ base, entries }: Recording, after: number): StoredDeployment {
  const from = base ?? { version: 3, deployment: emptyDeployment };
  const { stored, fault } = replayJournal(from, entries.slice(0, after), { now: new Date(), engine: ENGINE });
  if (fault) throw fault;
  return stored;
}

function differenceIn(recording: Recording, { after, deployment }: Recording["states"][number]): readonly string[] {
  const ours = replayed(recording, after);
  const begun = recording.entries.slice(0, after);
  const expected = withForgotten(deployment, ours, begun);
  const found = differences(canonicalForm(ours), canonicalForm(expected));
  return found.length === 0 ? [] : [`${recording.name}, after ${after} entries: ${found.join("; ")}`];
}

/** Where two values differ: `path: one / other`. */
function differences(one: unknown, other: unknown, at = ""): readonly string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isObject(one) || !isObject(other)) return [`${at}: ${JSON.stringify(one)} / ${JSON.stringify(other)}`];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${at}.${key}`));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/**
 * The file backend knows a step by its resource in memory: once one step on it has ended, it keeps no pending operation of
 * a later one on the same (pkg/backend/snapshot.go, markOperationComplete). The journal says that the step is under way,
 * and so do we; such operations are added to what the file backend holds, and no others.
 */
function withForgotten(
  file: StoredDeployment,
  ours: StoredDeployment,
  entries: readonly JournalEntry[],
): StoredDeployment {
  const kept = file.deployment.pending_operations ?? [];
  const forgotten = (ours.deployment.pending_operations ?? []).filter(
    (operation) => !kept.some((other) => sameStep(other, operation)) && endedBefore(operation, entries),
  );
  if (forgotten.length === 0) return file;
  return { ...file, deployment: { ...file.deployment, pending_operations: [...kept, ...forgotten] } };
}

const sameStep = (one: PendingOperation, other: PendingOperation): boolean =>
  one.type === other.type && one.resource.urn === other.resource.urn;

const endedBefore = ({ type, resource }: PendingOperation, entries: readonly JournalEntry[]): boolean =>
  type !== "creating" && entries.some(({ kind, state }) => kind === kinds.success && state?.urn === resource.urn);
