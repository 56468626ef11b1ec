import type { QuotaDemand } from "../blueprint.ts";
import { networkDemands } from "../networkDemands.ts";
import { planCapacity, serviceSize, spotNodesAtMost } from "./capacity.ts";
import { demandOf } from "./demand.ts";
import type { GameServersInputs } from "./inputs.ts";
import { sizes } from "./instances.ts";
import { siteOf } from "./site.ts";

/**
 * Every family that carries game servers is a Standard one. Source: Service Quotas, Amazon EC2, "Running On-Demand Standard (A, C, D,
 * H, I, M, R, T, Z) instances"; it counts vCPUs.
 */
const ON_DEMAND_STANDARD = "L-1216C47A";
/** The same for "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests". */
const SPOT_STANDARD = "L-34B43A08";

/** What a region's players ask of the account's quotas, and the network that the stack makes for itself. */
export function gameServersDemands(
  inputs: GameServersInputs,
  place: { readonly production: boolean },
): readonly QuotaDemand[] {
  const site = siteOf(inputs);
  return [
    {
      quota: ON_DEMAND_STANDARD,
      amount: vcpusAtPeak(inputs),
      pointer: "/peakPlayers",
      fitting: (available) => {
        const players = playersWithin(inputs, available);
        return players === 0
          ? "not even one player fits"
          : `at most ${players} players fit, with the other inputs as they are`;
      },
    },
    ...(inputs.spotPercent === 0 ? [] : [spotDemand(inputs)]),
    ...(site.shared ? [] : networkDemands(site.zones, place)),
  ];
}

function spotDemand(inputs: GameServersInputs): QuotaDemand {
  return {
    quota: SPOT_STANDARD,
    amount: spotVcpus(inputs),
    pointer: "/spotPercent",
    fitting: (available) => `at most ${spotPercentWithin(inputs, available)} percent may be spot machines`,
  };
}

/** vCPUs of the spot machines, when as many of them run as the share allows. */
export function spotVcpus(inputs: GameServersInputs): number {
  return spotNodesAtMost(demandOf(inputs)) * sizes[inputs.instanceSize].cpus;
}

/** The largest share, in percent and no larger than what was asked for, whose spot machines take no more than so many vCPUs. */
export function spotPercentWithin(inputs: GameServersInputs, vcpus: number): number {
  const shares = Array.from({ length: inputs.spotPercent + 1 }, (_, share) => inputs.spotPercent - share);
  return shares.find((spotPercent) => spotVcpus({ ...inputs, spotPercent }) <= vcpus) ?? 0;
}

/** vCPUs of all nodes when every server of the peak stands, and one instance family is not to be had. */
export function vcpusAtPeak(inputs: GameServersInputs): number {
  const { sessionNodes, serviceNodes } = planCapacity(demandOf(inputs));
  const families = Math.max(1, inputs.instanceFamilies.length - 1);
  return sessionNodes.max * families * sizes[inputs.instanceSize].cpus + serviceNodes.max * sizes[serviceSize].cpus;
}

/** The most players whose peak takes no more than so many vCPUs; 0 when not even one does. */
export function playersWithin(inputs: GameServersInputs, vcpus: number): number {
  const fits = (peakPlayers: number) => vcpusAtPeak({ ...inputs, peakPlayers }) <= vcpus;
  let [most, over] = [0, inputs.peakPlayers + 1];
  while (over - most > 1) {
    const middle = Math.floor((most + over) / 2);
    if (fits(middle)) most = middle;
    else over = middle;
  }
  return most;
}
