import type { Contradiction } from "../contradiction.ts";
import { mostShards, shardsFor } from "./capacity.ts";
import { operationalFields } from "./fields.ts";
import type { TelemetryInputs } from "./inputs.ts";
import { mostPartitions, partitionNames, partitionsADay, unlisted } from "./partitions.ts";

type Check = (inputs: TelemetryInputs) => readonly Contradiction[];

/** Days between two moves to cheaper classes: each class charges for that long at least. Source: Amazon S3 user guide, "Storage classes". */
const leastInfrequentDays = 30;
const leastArchiveDays = 90;

function twice(names: readonly string[], path: readonly (string | number)[]): readonly Contradiction[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [...path, index], message: `name ${name} once: the second one adds nothing` }],
  );
}

const gamesOnce: Check = ({ games }) => [
  ...twice(games, ["games"]),
  ...games.flatMap((name, index) =>
    name === unlisted
      ? [{ path: ["games", index], message: `choose another name: ${unlisted} is where the records of all others go` }]
      : [],
  ),
];

const regionsOnce: Check = ({ otherRegions }) => twice(otherRegions, ["otherRegions"]);

const partitionsFit: Check = ({ games, otherRegions }) => {
  // The stack's own region is one more, wherever it is.
  const partitions = partitionsADay({ games, regions: [...otherRegions, "own"] });
  if (partitions <= mostPartitions) return [];
  const message = `name fewer games or regions: ${games.length} games in ${otherRegions.length + 1} regions, with a place for all others, are ${partitions} partitions, a delivery writes ${mostPartitions} at a time`;
  return [{ path: ["games"], message }];
};

const fieldsNew: Check = ({ fields }) => {
  const taken = [...operationalFields.map(({ name }) => name), ...partitionNames];
  const names = fields.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const path = ["fields", index, "name"];
    if (taken.includes(name)) return [{ path, message: `choose another name: every record has ${name} already` }];
    if (names.indexOf(name) === index) return [];
    return [{ path, message: `name ${name} once: a record has each field once` }];
  });
};

const shardsExist: Check = (inputs) => {
  const shards = shardsFor(inputs);
  if (inputs.streamMode === "on-demand" || shards <= mostShards) return [];
  const message = `these records need ${shards} shards, a stream has ${mostShards} at most: use on-demand, smaller records, or a stack set for each game`;
  return [{ path: ["recordsPerSecond"], message }];
};

const freshEnough: Check = ({ freshnessMinutes, bufferSeconds }) => {
  if (freshnessMinutes * 60 > bufferSeconds) return [];
  const message = `give more than the ${bufferSeconds} seconds of bufferSeconds, or gather for a shorter time: a record cannot be there before it is written`;
  return [{ path: ["freshnessMinutes"], message }];
};

const classesInOrder: Check = ({ retention: { hotDays, coldDays, expireDays } }) => {
  const found: Contradiction[] = [];
  if (coldDays < hotDays + leastInfrequentDays) {
    const message = `give at least ${hotDays + leastInfrequentDays}: records are charged for ${leastInfrequentDays} days in the class that they move to at ${hotDays}`;
    found.push({ path: ["retention", "coldDays"], message });
  }
  if (expireDays < coldDays + leastArchiveDays) {
    const message = `give at least ${coldDays + leastArchiveDays}: records are charged for ${leastArchiveDays} days in the class that they move to at ${coldDays}`;
    found.push({ path: ["retention", "expireDays"], message });
  }
  return found;
};

const checks: readonly Check[] = [
  gamesOnce,
  regionsOnce,
  partitionsFit,
  fieldsNew,
  shardsExist,
  freshEnough,
  classesInOrder,
];

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: TelemetryInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
