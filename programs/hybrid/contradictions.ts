import { parseCidr } from "../cidr.ts";
import type { Contradiction } from "../contradiction.ts";
import { gamePorts, platformPorts, platforms } from "../servers/platforms.ts";
import { lastShift } from "./doorPorts.ts";
import type { HybridInputs } from "./inputs.ts";
import { readKubeconfig } from "./kubeconfig.ts";

type Check = (inputs: HybridInputs) => readonly Contradiction[];

const says = (path: Contradiction["path"], message: string): readonly Contradiction[] => [{ path, message }];

const reachable: Check = ({ kubeconfig }) => {
  const read = readKubeconfig(kubeconfig);
  return read.ok ? [] : read.problems.map(({ path, message }) => ({ path: ["kubeconfig", ...path], message }));
};

const nodePortsKnowNobody: Check = ({ exposure, playerCidrs }) =>
  exposure === "nodePorts" && playerCidrs.length > 0
    ? says(
        ["playerCidrs"],
        "leave it out, or set exposure to loadBalancers: node ports do not tell who comes, so what stands before the nodes must",
      )
    : [];

const balancersAreBounded: Check = ({ exposure, playerCidrs, nodeCidrs, firstNodePort }) => {
  if (exposure !== "loadBalancers") return [];
  return [
    ...(playerCidrs.length === 0
      ? says(
          ["playerCidrs"],
          'say who may reach the load balancers, such as ["203.0.113.0/24"], or ["0.0.0.0/0"] for a public game: without a word they would be open to the world',
        )
      : []),
    ...(nodeCidrs.length === 0
      ? says(
          ["nodeCidrs"],
          "give the addresses of the cluster's nodes: load balancers reach pods through them, and pods hear nobody else",
        )
      : []),
    ...(firstNodePort === undefined
      ? []
      : says(["firstNodePort"], "leave it out: with loadBalancers the cluster chooses node ports by itself")),
  ];
};

const nodePortsFit: Check = ({ firstNodePort }) =>
  firstNodePort === undefined || firstNodePort <= 32_767 - lastShift
    ? []
    : says(["firstNodePort"], `give at most ${32_767 - lastShift}: ${lastShift + 1} node ports follow on it`);

const storeHasAddress: Check = ({ sessionStore }) => {
  if (sessionStore === undefined) return [];
  const own = parseCidr(`${sessionStore.host}/32`);
  if (own === undefined && sessionStore.cidr === undefined) {
    return says(
      ["sessionStore", "cidr"],
      "give the addresses behind the store's name: a network policy knows no names",
    );
  }
  return own !== undefined && sessionStore.cidr !== undefined
    ? says(["sessionStore", "cidr"], "leave it out: the store's host is an address already")
    : [];
};

const oneWayToSplit: Check = ({ activeColour, greenPercent }) =>
  activeColour !== undefined && greenPercent !== undefined
    ? says(["activeColour"], `leave it out: greenPercent ${greenPercent} says who meets which colour`)
    : [];

const imageUsed: Check = ({ image, blueImage, greenImage, relayImage }) =>
  [image, blueImage, greenImage, relayImage].includes(undefined)
    ? []
    : says(["image"], "leave it out: blueImage, greenImage and relayImage replace it everywhere");

const portsDiffer: Check = (inputs) => {
  const { ports } = inputs;
  if (ports.lobby === ports.api) {
    return says(["ports", "api"], "give a port other than the lobby's: one process listens on both");
  }
  const taken = gamePorts(inputs).some(({ protocol, number }) => protocol === "TCP" && number === ports.api);
  return taken ? says(["platforms"], `give ports other than ${ports.api}: the API listens there`) : [];
};

const platformsApart: Check = (inputs) => {
  if (inputs.crossPlay) return [];
  const ports = platformPorts(inputs);
  const keys = platforms.map((platform) => `${ports[platform].protocol} ${ports[platform].port}`);
  const again = keys.find((key, index) => keys.indexOf(key) !== index);
  return again === undefined
    ? []
    : says(
        ["crossPlay"],
        `give each platform a port of its own in platforms, or leave crossPlay on: two of them meet ${again}`,
      );
};

const checks: readonly Check[] = [
  reachable,
  nodePortsKnowNobody,
  balancersAreBounded,
  nodePortsFit,
  storeHasAddress,
  oneWayToSplit,
  imageUsed,
  portsDiffer,
  platformsApart,
];

/** What two inputs, each valid alone, say against one another, and what is wrong inside the kubeconfig. */
export function contradictions(inputs: HybridInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
