import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type TestCluster, testCluster } from "./kubernetesCluster.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

/** A sandbox, and in it a cluster of the present test's own. */
export interface ClusterWorld {
  readonly sandbox: TestSandbox;
  readonly cluster: TestCluster;
  /** The provider of that cluster. */
  readonly engine: Engine;
  /** A cluster beside it. */
  another(): Promise<TestCluster>;
  /** All objects of the cluster, as the control port shows them. */
  objects(): Promise<readonly { readonly uid: string; readonly id: string }[]>;
  /** Checks, expects no failure, and creates. */
  make(type: string, inputs: Properties, by?: Engine): Promise<StateAnswer>;
}

/** One sandbox for the file that calls this, and a cluster for each of its tests. */
export function useClusterWorld(): ClusterWorld {
  let sandbox: TestSandbox;
  let cluster: TestCluster;
  let engine: Engine;
  let counter = 0;
  const another = (): Promise<TestCluster> => {
    counter += 1;
    return testCluster(sandbox, counter);
  };
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());
  beforeEach(async () => {
    cluster = await another();
    engine = await cluster.connect();
  });
  return {
    get sandbox() {
      return sandbox;
    },
    get cluster() {
      return cluster;
    },
    get engine() {
      return engine;
    },
    another,
    async objects() {
      const { body } = await sandbox.control("GET", `/resources?account=${cluster.account}`);
      const { items } = body as { items: readonly { uid: string; id: string; cluster?: string }[] }; // of our own sandbox
      return items.filter((item) => item.cluster === cluster.cluster.id);
    },
    async make(type, inputs, by = engine) {
      const { inputs: checked, failures } = await by.check(type, inputs);
      expect(failures).toEqual([]);
      return by.create(type, checked);
    },
  };
}

export const named = (name: string, more: Properties = {}): Properties => ({ metadata: { name, ...more } });
export const inGame = (name: string): Properties => named(name, { namespace: "game" });
