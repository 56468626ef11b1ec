import type { Contradiction } from "../contradiction.ts";
import type { EventServiceInputs } from "./inputs.ts";
import { variantFaults } from "./variants.ts";

type Check = (inputs: EventServiceInputs) => readonly Contradiction[];

const containersNeed: Check = ({ workers, workerImage, network }) => {
  if (workers === "functions") {
    return workerImage === undefined
      ? []
      : [{ path: ["workerImage"], message: "leave it out, or set workers to containers: functions run no image" }];
  }
  return [
    ...(workerImage === undefined
      ? [{ path: ["workerImage"], message: "name the image that containers run, by digest" }]
      : []),
    ...(network === undefined ? [{ path: ["network"], message: "give the network that containers run in" }] : []),
  ];
};

const tasksInOrder: Check = ({ workerTasks: { min, max } }) =>
  min <= max ? [] : [{ path: ["workerTasks", "max"], message: `give at least ${min}, which is the fewest` }];

const storeHasHome: Check = ({ scheduleStore: { homeRegion, replicaRegions } }) => {
  const path = (index: number) => ["scheduleStore", "replicaRegions", index];
  if (homeRegion === undefined && replicaRegions.length > 0) {
    const message = "name the region whose stack makes the store, or take replicaRegions out";
    return [{ path: ["scheduleStore", "homeRegion"], message }];
  }
  return replicaRegions.flatMap((region, index) => {
    if (region === homeRegion) return [{ path: path(index), message: `take ${region} out: the store itself is there` }];
    const again = replicaRegions.indexOf(region) < index;
    return again ? [{ path: path(index), message: `name ${region} once: a region has one replica` }] : [];
  });
};

const rateCoversBurst: Check = ({ throttle: { rate, burst } }) =>
  burst <= rate
    ? []
    : [
        {
          path: ["throttle", "burst"],
          message: `give at most ${rate}: a burst over a second's requests is never let in`,
        },
      ];

const rolloutHasSteps: Check = ({ rollout: { minutes, steps } }) =>
  minutes > 0 || steps === 1
    ? []
    : [{ path: ["rollout", "steps"], message: "give 1, or more minutes: steps of no length are one step" }];

/** What the validator of the rollout would refuse too, and what it cannot see: platforms compared with one another. */
const everybodyPlays: Check = ({ eventKinds }) =>
  variantFaults(eventKinds).map(({ path, message }) => ({ path: ["eventKinds", ...path], message }));

const variantsDiffer: Check = ({ eventKinds }) =>
  Object.entries(eventKinds).flatMap(([kind, { platforms }]) =>
    Object.entries(platforms).flatMap(([platform, variants]) =>
      variants.flatMap(({ name }, index) =>
        variants.findIndex((other) => other.name === name) < index
          ? [
              {
                path: ["eventKinds", kind, "platforms", platform, index, "name"],
                message: `choose another name: ${name} is taken`,
              },
            ]
          : [],
      ),
    ),
  );

const checks = [
  containersNeed,
  tasksInOrder,
  storeHasHome,
  rateCoversBurst,
  rolloutHasSteps,
  everybodyPlays,
  variantsDiffer,
];

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: EventServiceInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
