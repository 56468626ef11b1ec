import { newId } from "../../api/base/ids.ts";
import { Problem } from "../../api/base/problem.ts";
import type { RolloutRequest, RolloutStarter } from "../../api/stackSets/stackSet.ts";
import type { OperationRequest, OperationStarter } from "../../api/stacks/stackService.ts";

export interface FakeRollouts extends RolloutStarter {
  readonly started: RolloutRequest[];
  /** Ends every rollout there is. */
  finish(): void;
  /** Called before a start is answered. */
  before: (() => Promise<void>) | undefined;
}

/** Rollouts that are noted and never run; two may be open for a stack set. */
export function fakeRollouts(): FakeRollouts {
  let open: { request: RolloutRequest; view: ReturnType<typeof viewOf> }[] = [];
  const fake: FakeRollouts = {
    started: [],
    before: undefined,
    finish() {
      open = [];
    },
    async start(_tx, request) {
      await fake.before?.();
      const ofSet = open.filter((each) => each.request.stackSet.id === request.stackSet.id);
      if (ofSet.length > 1) throw new Problem("rollout-pending", "One waits already.");
      const view = viewOf(request);
      open.push({ request, view });
      fake.started.push(request);
      return view;
    },
    async teardownOf(_tx, stackSetId) {
      return open.find(({ request }) => request.kind === "destroy" && request.stackSet.id === stackSetId)?.view;
    },
  };
  return fake;
}

function viewOf({ kind, stackSet, after, requestedBy }: RolloutRequest) {
  return {
    id: newId("ro"),
    kind,
    stackSet: stackSet.name,
    team: stackSet.team,
    status: "queued",
    regions: after.map((region) => ({ region, status: "pending" })),
    requestedBy,
    createdAt: "2026-11-21T12:00:00.000Z",
  };
}

export interface FakeOperations extends OperationStarter {
  readonly started: OperationRequest[];
}

export function fakeOperations(): FakeOperations {
  const started: OperationRequest[] = [];
  return {
    started,
    async start(_tx, request) {
      started.push(request);
      return { id: newId("op"), kind: request.kind, region: request.region, status: "queued" };
    },
  };
}
