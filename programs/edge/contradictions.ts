import type { Contradiction } from "../contradiction.ts";
import { partitionOf } from "../regions.ts";
import { standingCost } from "./cost.ts";
import type { EdgeInputs } from "./inputs.ts";
import { named, planTraffic } from "./traffic.ts";

type Check = (inputs: EdgeInputs) => readonly Contradiction[];

const oneOriginARegion: Check = ({ origins }) =>
  origins.flatMap(({ region }, index) =>
    origins.findIndex((other) => other.region === region) === index
      ? []
      : [
          {
            path: ["origins", index, "region"],
            message: `give one origin of ${region}: the accelerator and the names have one place for a region`,
          },
        ],
  );

const endpointInItsRegion: Check = ({ origins }) =>
  origins.flatMap(({ region, endpointArn }, index) => {
    const other = endpointArn.split(":")[3];
    if (other === region) return [];
    return [
      {
        path: ["origins", index, "endpointArn"],
        message: `give a load balancer of ${region}: this one is of ${other}`,
      },
    ];
  });

const onePartition: Check = ({ origins }) =>
  origins.flatMap(({ region }, index) =>
    partitionOf(region).name === "aws"
      ? []
      : [
          {
            path: ["origins", index, "region"],
            message: `choose a region of the partition aws: accelerators and CDN reach no further, and ${region} is of another`,
          },
        ],
  );

const someoneServes: Check = ({ origins }) =>
  origins.length > 0 && origins.every(({ weight }) => weight === 0)
    ? [{ path: ["origins"], message: "give at least one origin a weight above 0: with all at 0 nobody is served" }]
    : [];

const pairHasTwo: Check = ({ origins, routing }) => {
  if (routing !== "failover") return [];
  const [primary] = origins;
  if (origins.length !== 2) {
    const message = `give two origins, or routing latency: failover is between a primary and its stand-in, and there ${origins.length === 1 ? "is 1 origin" : `are ${origins.length} origins`}`;
    return [{ path: ["routing"], message }];
  }
  if (primary?.weight !== 0) return [];
  return [
    {
      path: ["origins", 0, "weight"],
      message: "give the primary a weight above 0: with 0 the accelerator would send it nobody",
    },
  ];
};

const switchesMoveNames: Check = ({ switches, domain }) =>
  switches !== "none" && domain === undefined
    ? [
        {
          path: ["switches"],
          message: `give a domain, or switches none: ${switches} move traffic by names, and there are none`,
        },
      ]
    : [];

const somewhereToGo: Check = (inputs) => {
  if (inputs.switches === "none") return [];
  const places = named(planTraffic(inputs)).length;
  if (places > 1) return [];
  return [
    {
      path: ["switches"],
      message: "give a second origin with a weight above 0, or switches none: there is nowhere to evacuate to",
    },
  ];
};

const switchesElsewhere: Check = ({ switches, switchRegion, origins }) => {
  if (switches !== "inverted-health-checks") {
    if (switchRegion === undefined) return [];
    return [{ path: ["switchRegion"], message: "leave it out: only inverted-health-checks stand in a region" }];
  }
  if (switchRegion === undefined) {
    return [
      {
        path: ["switchRegion"],
        message: "give a region that has no origin: the switches must be within reach when an origin's region is not",
      },
    ];
  }
  if (partitionOf(switchRegion).name !== "aws") {
    return [{ path: ["switchRegion"], message: `choose a region of the partition aws: ${switchRegion} is of another` }];
  }
  if (!origins.some(({ region }) => region === switchRegion)) return [];
  return [
    {
      path: ["switchRegion"],
      message: `choose a region that has no origin: if ${switchRegion} is dark, its switches are dark too`,
    },
  ];
};

const certificateAtHome: Check = ({ cdn: { certificateArn }, domain }) => {
  if (certificateArn === undefined) return [];
  const region = certificateArn.split(":")[3];
  const path = ["cdn", "certificateArn"];
  if (region !== "us-east-1") {
    return [
      {
        path,
        message: `give a certificate of us-east-1: this one is of ${region}, and the CDN takes none of another region`,
      },
    ];
  }
  if (domain !== undefined) return [];
  return [{ path, message: "leave it out, or give a domain: a certificate is for cdn.<domain>" }];
};

const originsHaveAName: Check = ({ cdn: { content }, domain }) =>
  content === "origins" && domain === undefined
    ? [
        {
          path: ["cdn", "content"],
          message:
            "give a domain, or content bucket: over TLS the CDN needs a name that the load balancers have a certificate for",
        },
      ]
    : [];

const countriesOnce: Check = ({ cdn: { allowedCountries } }) =>
  allowedCountries.flatMap((country, index) =>
    allowedCountries.indexOf(country) === index
      ? []
      : [{ path: ["cdn", "allowedCountries", index], message: `name ${country} once` }],
  );

const portsInOrder: Check = ({ listeners }) =>
  listeners.flatMap(({ fromPort, toPort }, index) =>
    fromPort <= toPort
      ? []
      : [
          {
            path: ["listeners", index, "toPort"],
            message: `give a last port of ${fromPort} or above: ${toPort} is below the first`,
          },
        ],
  );

const portsOnce: Check = ({ listeners }) =>
  listeners.flatMap((one, index) => {
    const other = listeners.findIndex(
      (each) => each.protocol === one.protocol && each.fromPort <= one.toPort && one.fromPort <= each.toPort,
    );
    if (other >= index || other < 0) return [];
    const message = `give other ports: ${one.protocol} ${one.fromPort} to ${one.toPort} overlaps with listener ${other}`;
    return [{ path: ["listeners", index, "fromPort"], message }];
  });

const budgetCovers: Check = (inputs) => {
  const standing = standingCost(inputs);
  if (Number(inputs.monthlyBudget.amount) >= Number(standing)) return [];
  const message = `give at least ${standing}: so much the entry costs a month before the first player comes, with switches ${inputs.switches}`;
  return [{ path: ["monthlyBudget", "amount"], message }];
};

const checks: readonly Check[] = [
  oneOriginARegion,
  endpointInItsRegion,
  onePartition,
  someoneServes,
  pairHasTwo,
  switchesMoveNames,
  somewhereToGo,
  switchesElsewhere,
  certificateAtHome,
  originsHaveAName,
  countriesOnce,
  portsInOrder,
  portsOnce,
  budgetCovers,
];

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: EdgeInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
