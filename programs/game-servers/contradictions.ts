import { mostZones, overlap, parseCidr, planSubnets, usableAddresses } from "../cidr.ts";
import { addressesAtPeak, planCapacity } from "./capacity.ts";
import type { GameServersInputs } from "./inputs.ts";
import { families } from "./instances.ts";
import { directPorts, serviceCidr } from "./ports.ts";

export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Check = (inputs: GameServersInputs) => Contradiction | undefined;

const familiesOnce: Check = ({ instanceFamilies }) => {
  const again = instanceFamilies.findIndex((name, index) => instanceFamilies.indexOf(name) !== index);
  if (again < 0) return undefined;
  return {
    path: ["instanceFamilies", again],
    message: `name ${instanceFamilies[again]} once: the second one adds nothing`,
  };
};

const oneArchitecture: Check = ({ instanceFamilies }) => {
  const kinds = new Set(instanceFamilies.map((name) => families[name].architecture));
  if (kinds.size < 2) return undefined;
  const message = "choose families of one architecture (g for Graviton, or none): an image is built for one";
  return { path: ["instanceFamilies"], message };
};

const serverFitsNode: Check = (inputs) => {
  if (planCapacity(inputs).serversPerNode > 0) return undefined;
  const asked = `${inputs.serverCpuMillis} thousandths of a core and ${inputs.serverMemoryMiB} MiB`;
  const message = `choose a larger size: one server of ${asked} does not fit a node of size ${inputs.instanceSize}`;
  return { path: ["instanceSize"], message };
};

const addressesSuffice: Check = (inputs) => {
  const network = parseCidr(inputs.networkCidr);
  if (network === undefined || planCapacity(inputs).serversPerNode === 0) return undefined;
  const subnets = planSubnets(network, Math.min(inputs.zones, mostZones)).private;
  const room = subnets.reduce((sum, subnet) => sum + usableAddresses(subnet), 0);
  const needed = addressesAtPeak(inputs);
  if (needed <= room) return undefined;
  const message = `${inputs.networkCidr} has ${room} addresses for nodes and pods in ${inputs.zones} zones, the peak needs ${needed}: use a shorter prefix (/16 is the shortest), more zones, more players a server, or more regions`;
  return { path: ["networkCidr"], message };
};

const apartFromServices: Check = ({ networkCidr }) => {
  const network = parseCidr(networkCidr);
  const services = parseCidr(serviceCidr);
  if (network === undefined || services === undefined || !overlap(network, services)) return undefined;
  return { path: ["networkCidr"], message: `choose another block: ${serviceCidr} is taken by the cluster's services` };
};

const relayOnlyWithRelay: Check = ({ connection, relayImage }) =>
  connection === "direct" && relayImage !== undefined
    ? { path: ["relayImage"], message: "leave it out, or set connection to relay: with direct there are no relays" }
    : undefined;

const playersOnlyWithRelay: Check = ({ connection, playerCidrs }) =>
  connection === "direct" && playerCidrs.length > 0
    ? {
        path: ["playerCidrs"],
        message: "leave it out, or set connection to relay: direct opens the game ports to the world",
      }
    : undefined;

const directHasPorts: Check = (inputs) => {
  const ports = directPorts.to - directPorts.from + 1;
  const servers = 2 * planCapacity(inputs).servers.max;
  if (inputs.connection === "relay" || servers <= ports) return undefined;
  const message = `use relay, more players a server, or more regions: direct gives each server of both colours a port of its own, and a cluster has ${ports} for ${servers}`;
  return { path: ["connection"], message };
};

const imageUsed: Check = ({ image, blueImage, greenImage, connection, relayImage }) => {
  const relayCovered = connection === "direct" || relayImage !== undefined;
  if (image === undefined || blueImage === undefined || greenImage === undefined || !relayCovered) return undefined;
  return { path: ["image"], message: "leave it out: blueImage and greenImage (and relayImage) replace it everywhere" };
};

const portsDiffer: Check = ({ ports }) =>
  ports.lobby === ports.api
    ? { path: ["ports", "api"], message: "give a port other than the lobby's: one process listens on both" }
    : undefined;

const checks: readonly Check[] = [
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
  return [...checks.flatMap((check) => check(inputs) ?? []), ...certificates];
}
