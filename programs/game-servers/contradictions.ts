import { mostZones, overlap, parseCidr, planSubnets } from "../cidr.ts";
import type { Contradiction } from "../contradiction.ts";
import { withoutDigest } from "../servers/images.ts";
import { gamePorts, platformPorts, platforms } from "../servers/platforms.ts";
import { leastBakeMinutes } from "./bake.ts";
import { addressesAtPeak, planCapacity } from "./capacity.ts";
import { demandOf } from "./demand.ts";
import type { GameServersInputs } from "./inputs.ts";
import { families } from "./instances.ts";
import { mappingsNeeded, mappingsThereAre } from "./mappings.ts";
import { directPorts, serviceCidr } from "./ports.ts";
import { scheduleProblems } from "./schedules.ts";
import { roomAt, siteOf } from "./site.ts";

type Check = (inputs: GameServersInputs) => Contradiction | undefined;

const familiesOnce: Check = ({ instanceFamilies }) => {
  const again = instanceFamilies.findIndex((name, index) => instanceFamilies.indexOf(name) !== index);
  if (again < 0) return undefined;
  return {
    path: ["instanceFamilies", again],
    message: `name ${instanceFamilies[again]} once: the second one adds nothing`,
  };
};

const oneArchitecture: Check = ({ instanceFamilies, multiArchImage }) => {
  if (multiArchImage) return undefined;
  const kinds = new Set(instanceFamilies.map((name) => families[name].architecture));
  if (kinds.size < 2) return undefined;
  const message =
    "choose families of one architecture (g for Graviton, or none), or set multiArchImage to true if every image is built for both";
  return { path: ["instanceFamilies"], message };
};

const serverFitsNode: Check = (inputs) => {
  if (planCapacity(demandOf(inputs)).serversPerNode > 0) return undefined;
  const asked = `${inputs.serverCpuMillis} thousandths of a core and ${inputs.serverMemoryMiB} MiB`;
  const message = `choose a larger size: one server of ${asked} does not fit a node of size ${inputs.instanceSize}`;
  return { path: ["instanceSize"], message };
};

const addressesSuffice: Check = (inputs) => {
  const site = siteOf(inputs);
  const demand = demandOf(inputs);
  if (parseCidr(site.cidr) === undefined || planCapacity(demand).serversPerNode === 0) return undefined;
  const [room, needed] = [roomAt(site), addressesAtPeak(demand)];
  if (needed <= room) return undefined;
  const remedy = site.shared ? "a larger network" : "a shorter prefix (/16 is the shortest), more zones";
  const message = `${site.cidr} has ${room} addresses for nodes and pods in ${site.zones} zones, the peak needs ${needed}: use ${remedy}, more players a server, or more regions`;
  return { path: site.shared ? ["network", "vpcCidr"] : ["networkCidr"], message };
};

const apartFromServices: Check = (inputs) => {
  const site = siteOf(inputs);
  const network = parseCidr(site.cidr);
  const services = parseCidr(serviceCidr);
  if (network === undefined || services === undefined || !overlap(network, services)) return undefined;
  const path = site.shared ? ["network", "vpcCidr"] : ["networkCidr"];
  return { path, message: `choose another block: ${serviceCidr} is taken by the cluster's services` };
};

const oneNetwork: Check = ({ network, networkCidr }) =>
  network !== undefined && networkCidr !== undefined
    ? { path: ["networkCidr"], message: "leave it out: the shared network has a block of its own" }
    : undefined;

const zonesOnce: Check = ({ network, zones }) =>
  network !== undefined && zones !== undefined
    ? { path: ["zones"], message: `leave it out: the shared network has ${network.zones.length} zones` }
    : undefined;

const subnetEachZone: Check = ({ network }) => {
  if (network === undefined) return undefined;
  const uneven = (["publicSubnetIds", "privateSubnetIds"] as const).find(
    (kind) => network[kind].length !== network.zones.length,
  );
  if (uneven === undefined) return undefined;
  const message = `give one subnet for each of the ${network.zones.length} zones, in their order: these are ${network[uneven].length}`;
  return { path: ["network", uneven], message };
};

const streamMatches: Check = ({ telemetry }) => {
  if (telemetry === undefined || telemetry.streamArn.endsWith(`/${telemetry.streamName}`)) return undefined;
  const message = `give the name and the ARN of one stream: this is the ARN of ${telemetry.streamArn.split("/")[1]}`;
  return { path: ["telemetry", "streamArn"], message };
};

const oneWayToSplit: Check = ({ activeColour, greenPercent }) =>
  activeColour !== undefined && greenPercent !== undefined
    ? { path: ["activeColour"], message: `leave it out: greenPercent ${greenPercent} says who meets which colour` }
    : undefined;

const bakeLongEnough: Check = ({ bakeMinutes }) => {
  const least = leastBakeMinutes();
  if (bakeMinutes >= least) return undefined;
  const message = `give at least ${least} minutes: until then neither the load balancer has settled for everyone nor can an alarm ring, so that ${bakeMinutes} would show nothing`;
  return { path: ["bakeMinutes"], message };
};

const relayOnlyWithRelay: Check = ({ connection, relayImage }) =>
  connection !== "relay" && relayImage !== undefined
    ? {
        path: ["relayImage"],
        message: `leave it out, or set connection to relay: with ${connection} there are no relays`,
      }
    : undefined;

const playersOnlyWithRelay: Check = ({ connection, playerCidrs }) =>
  connection === "direct" && playerCidrs.length > 0
    ? {
        path: ["playerCidrs"],
        message: "leave it out, or set connection to relay: direct opens the game ports to the world",
      }
    : undefined;

const directHasPorts: Check = (inputs) => {
  if (inputs.connection !== "direct") return undefined;
  const ports = directPorts.to - directPorts.from + 1;
  const each = gamePorts(inputs).length;
  const needed = 2 * planCapacity(demandOf(inputs)).servers.max * each;
  if (needed <= ports) return undefined;
  const message = `use relay, more players a server, or more regions: direct gives each server of both colours ${each} port${each > 1 ? "s" : ""} of its own, and a cluster has ${ports} of ${needed}`;
  return { path: ["connection"], message };
};

const imageUsed: Check = ({ image, blueImage, greenImage, connection, relayImage }) => {
  const relayCovered = connection !== "relay" || relayImage !== undefined;
  if (image === undefined || blueImage === undefined || greenImage === undefined || !relayCovered) return undefined;
  return { path: ["image"], message: "leave it out: blueImage and greenImage (and relayImage) replace it everywhere" };
};

const portsDiffer: Check = ({ ports }) =>
  ports.lobby === ports.api
    ? { path: ["ports", "api"], message: "give a port other than the lobby's: one process listens on both" }
    : undefined;

const reservedFit: Check = (inputs) => {
  const { serversPerNode, sessionNodes } = planCapacity(demandOf(inputs));
  if (serversPerNode === 0 || inputs.reservedNodes <= sessionNodes.max) return undefined;
  const message = `reserve at most ${sessionNodes.max}: the peak needs no more nodes of ${inputs.instanceFamilies[0]}, and ${inputs.reservedNodes} would be paid for in vain`;
  return { path: ["reservedNodes"], message };
};

function scheduleContradictions({ schedules, peakPlayers, quietPercent }: GameServersInputs): readonly Contradiction[] {
  const quiet = Math.ceil((peakPlayers * quietPercent) / 100);
  const numbers = schedules.flatMap(({ name, players }, index) => {
    const path = ["schedules", index, "players"];
    if (players > peakPlayers) {
      return [
        {
          path,
          message: `raise peakPlayers from ${peakPlayers} to ${players}: nodes cannot be more than for the peak`,
        },
      ];
    }
    if (players > quiet) return [];
    return [{ path, message: `expect more than ${quiet}, or take ${name} out: so many are provided for at any time` }];
  });
  const times = scheduleProblems(schedules).map(({ path, message }) => ({ path: ["schedules", ...path], message }));
  return [...numbers, ...times];
}

/** Ports that Agones' sidecar listens on in every server's pod. Source: Agones, "GameServer Specification" (sdkServer), and its chart. */
const sidecarPorts = [8080, 9357, 9358];

const agonesFits: Check = (inputs) => {
  if (inputs.fleets !== "agones") return undefined;
  if (inputs.connection === "direct") {
    const message =
      "use relay or accelerator: with direct Agones would open ports of the nodes for pods, which no profile of pods admits";
    return { path: ["fleets"], message };
  }
  if (inputs.image === undefined && (inputs.blueImage === undefined || inputs.greenImage === undefined)) {
    const message =
      "name an image: servers say by the SDK of Agones that they are ready, and the stand-in says nothing";
    return { path: ["image"], message };
  }
  const taken = (["api", "game"] as const).find((port) => sidecarPorts.includes(inputs.ports[port]));
  if (taken === undefined) return undefined;
  const message = `give a port other than ${sidecarPorts.join(", ")}: Agones' sidecar listens there beside every server`;
  return { path: ["ports", taken], message };
};

const digestGiven: Check = (inputs) => {
  if (inputs.requireDigest !== true) return undefined;
  const [first] = withoutDigest(inputs);
  return first === undefined ? undefined : { path: [first.input], message: first.message };
};

const mappingsSuffice: Check = (inputs) => {
  // How a shared network is cut is not known here: the cloud refuses a subnet for which no ports are left.
  if (inputs.connection !== "accelerator" || inputs.network !== undefined) return undefined;
  const site = siteOf(inputs);
  const block = parseCidr(site.cidr);
  if (block === undefined) return undefined;
  const ports = gamePorts(inputs).length;
  const needed = mappingsNeeded(planSubnets(block, Math.min(site.zones, mostZones)).private, ports);
  if (needed <= mappingsThereAre) return undefined;
  const message = `use a longer prefix, fewer zones, or fewer game ports: the accelerator has ${mappingsThereAre} ports, and gives one to each of the ${ports} game ports of each address in the ${site.zones} private subnets, ${needed} in all`;
  return { path: ["networkCidr"], message };
};

const platformsApart: Check = (inputs) => {
  if (inputs.crossPlay) return undefined;
  const ports = platformPorts(inputs);
  const shared = platforms.flatMap((one, index) =>
    platforms
      .slice(index + 1)
      .filter((other) => ports[one].port === ports[other].port && ports[one].protocol === ports[other].protocol)
      .map((other) => `${one} and ${other} both meet ${ports[one].protocol} ${ports[one].port}`),
  );
  const [first] = shared;
  if (first === undefined) return undefined;
  const message = `give each platform a port of its own in platforms, or leave crossPlay on: ${first}, and servers could not keep their players apart`;
  return { path: ["crossPlay"], message };
};

const platformPortsFree: Check = ({ platforms: named, ports }) => {
  const taken = platforms.find((platform) => {
    const own = named[platform];
    return own?.protocol === "tcp" && (own.port === ports.api || own.port === ports.lobby);
  });
  if (taken === undefined) return undefined;
  return { path: ["platforms", taken, "port"], message: "give a port other than the lobby's and the API's" };
};

const checks: readonly Check[] = [
  oneNetwork,
  zonesOnce,
  subnetEachZone,
  streamMatches,
  oneWayToSplit,
  bakeLongEnough,
  digestGiven,
  agonesFits,
  mappingsSuffice,
  platformsApart,
  platformPortsFree,
  reservedFit,
  familiesOnce,
  oneArchitecture,
  serverFitsNode,
  addressesSuffice,
  apartFromServices,
  relayOnlyWithRelay,
  playersOnlyWithRelay,
  directHasPorts,
  imageUsed,
  portsDiffer,
];

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: GameServersInputs): readonly Contradiction[] {
  const certificates = Object.entries(inputs.certificates)
    .filter(([region, arn]) => arn.split(":")[3] !== region)
    .map(([region, arn]) => ({
      path: ["certificates", region],
      message: `give a certificate of ${region}: this one is of ${arn.split(":")[3]}, and a load balancer takes only its own region's`,
    }));
  return [...checks.flatMap((check) => check(inputs) ?? []), ...certificates, ...scheduleContradictions(inputs)];
}
