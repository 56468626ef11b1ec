import type { Contradiction } from "../contradiction.ts";
import { partitionOf } from "../regions.ts";
import type { DataProtectionInputs, Tier } from "./inputs.ts";
import { type Cadence, daysBetween, leastKeepDays, scheduled } from "./retention.ts";

type Check = (inputs: DataProtectionInputs) => readonly Contradiction[];

/** What each tier says against itself; paths begin behind the tier. */
type TierCheck = (tier: Tier) => readonly Contradiction[];

const somethingScheduled: TierCheck = (tier) =>
  scheduled(tier).length > 0
    ? []
    : [{ path: [], message: "give daily, weekly or monthly: a tier without one backs up nothing" }];

const longEnoughForCold: TierCheck = (tier) =>
  scheduled(tier).flatMap(([cadence, { keepDays, coldAfterDays }]) => {
    if (coldAfterDays === undefined || keepDays >= leastKeepDays(coldAfterDays)) return [];
    const message = `give ${leastKeepDays(coldAfterDays)} days or more, or leave coldAfterDays out: what goes to cold storage after ${coldAfterDays} days stays there for 90 at least, and ${keepDays} ends before`;
    return [{ path: [cadence, "keepDays"], message }];
  });

const keptUntilTheNext: TierCheck = (tier) =>
  scheduled(tier)
    .filter(([cadence, { keepDays }]) => keepDays < daysBetween[cadence])
    .map(([cadence, { keepDays }]) => ({
      path: [cadence, "keepDays"],
      message: `give ${daysBetween[cadence]} days or more: with ${keepDays} there are days without any recovery point before the next one is made`,
    }));

const rarerIsLonger: TierCheck = (tier) => {
  const all = scheduled(tier);
  return all.slice(1).flatMap(([cadence, { keepDays }], index) => {
    const [oftener, kept] = all[index] ?? [];
    if (oftener === undefined || kept === undefined || keepDays > kept.keepDays) return [];
    return [{ path: [cadence, "keepDays"], message: tooShortBeside(cadence, oftener, kept.keepDays) }];
  });
};

function tooShortBeside(cadence: Cadence, oftener: Cadence, keepDays: number): string {
  return `give more than ${keepDays} days, or leave ${cadence} out: what is made ${oftener} is kept as long, so ${cadence} adds nothing`;
}

const tierChecks: readonly TierCheck[] = [somethingScheduled, longEnoughForCold, keptUntilTheNext, rarerIsLonger];

const eachTier: Check = ({ tiers }) =>
  Object.entries(tiers).flatMap(([name, tier]) =>
    tierChecks
      .flatMap((check) => check(tier))
      .map(({ path, message }) => ({ path: ["tiers", name, ...path], message })),
  );

const tiersApart: Check = ({ tiers }) => {
  const seen = new Map<string, string>();
  return Object.entries(tiers).flatMap(([name, { select }]) => {
    const key = JSON.stringify(Object.entries(select).toSorted(([one], [other]) => (one < other ? -1 : 1)));
    const other = seen.get(key);
    seen.set(key, other ?? name);
    if (other === undefined) return [];
    return [
      {
        path: ["tiers", name, "select"],
        message: `give other tags: ${other} takes the same, which would be backed up twice`,
      },
    ];
  });
};

const copiesElsewhere: Check = ({ copyRegions }) =>
  Object.entries(copyRegions).flatMap(([region, copyRegion]) => {
    const path = ["copyRegions", region];
    if (region === copyRegion) {
      return [{ path, message: `name another region than ${region}: a copy in the region itself is lost with it` }];
    }
    if (partitionOf(region).name === partitionOf(copyRegion).name) return [];
    return [
      { path, message: `name a region of ${region}'s own partition: nothing is copied from it to ${copyRegion}` },
    ];
  });

const graceForCompliance: Check = ({ lock }) => {
  if (lock === undefined) return [];
  const path = ["lock", "graceDays"];
  if (lock.mode === "compliance" && lock.graceDays === undefined) {
    return [
      { path, message: "give the days of grace, 3 at least: after them the lock cannot be taken away by anybody" },
    ];
  }
  if (lock.mode === "compliance" || lock.graceDays === undefined) return [];
  return [
    {
      path,
      message: `leave it out, or set mode to compliance: a lock with mode ${lock.mode} has no grace that could end`,
    },
  ];
};

const typesOnce: Check = ({ restoreTests }) =>
  [...restoreTests.entries()]
    .filter(([place, type]) => restoreTests.indexOf(type) < place)
    .map(([place, type]) => ({ path: ["restoreTests", place], message: `name ${type} once` }));

const checks: readonly Check[] = [eachTier, tiersApart, copiesElsewhere, graceForCompliance, typesOnce];

/** What inputs, each valid alone, say against one another. */
export function contradictions(inputs: DataProtectionInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
