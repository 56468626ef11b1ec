import { CloudError } from "../cloud/cloudError.ts";
import { findMade } from "../cloud/findMade.ts";
import { type ClusterDirectory, type ProviderPackage, unpacked } from "../model/package.ts";
import type { Place } from "../model/resource.ts";
import type { DriftServices } from "./drift.ts";
import { type FindRequest, RequestError } from "./requestBodies.ts";
import { summary } from "./shownResource.ts";

export interface FindServices extends DriftServices {
  readonly packages: readonly ProviderPackage[];
  readonly clusters: ClusterDirectory;
}

/**
 * What a create whose answer never arrived may have made, each with `by`: tag, key or likeness. Resources are found by what a
 * client of a real cloud can ask for (see `findMade`). Only `underWay`, whether a call for it has not ended, is known by the
 * URN: it stands for what a real cloud does not tell, which is to be met by looking again later.
 */
export function find(sought: FindRequest, services: FindServices) {
  const { registry, store, cloud, calls } = services;
  const place = placeOf(sought, services);
  const now = calls.clock.now();
  const found = place === undefined ? [] : findMade({ ...sought, place }, { registry, store, view: cloud.view });
  return {
    underWay: cloud.isMaking(sought.urn),
    items: found.map(({ resource, by }) => ({ ...summary(resource, now), by })),
  };
}

/** Where the provider of this configuration makes things; undefined when that place is gone with all that was in it. */
function placeOf({ type, provider, inputs }: FindRequest, services: FindServices): Place | undefined {
  const name = type.split(":")[0];
  const found = services.packages.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RequestError(400, "bad-request", `the sandbox has no package '${name}'`);
  const configuration = unpacked(provider);
  try {
    return found.configure(configuration, services.clusters).place(inputs);
  } catch (error) {
    if (error instanceof CloudError && error.refusal === "unavailable") return undefined;
    throw error;
  }
}
