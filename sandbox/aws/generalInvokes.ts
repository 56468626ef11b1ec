import type { InvokeModel } from "../model/model.ts";
import { texts } from "../model/values.ts";
import { ipRanges } from "./ipRanges.ts";
import { zonesOf } from "./regions.ts";

/** Functions of the package that belong to no service's models. */
export const generalInvokes: readonly InvokeModel[] = [
  ipRanges,
  {
    token: "aws:index/getAvailabilityZones:getAvailabilityZones",
    run: (args, place) => {
      const excluded = [...texts(args["excludeNames"]), ...texts(args["excludeZoneIds"])];
      const zones = zonesOf(place.region).filter(({ name, id }) => !excluded.includes(name) && !excluded.includes(id));
      return {
        ...args,
        id: place.region,
        region: place.region,
        groupNames: [place.region],
        names: zones.map(({ name }) => name),
        zoneIds: zones.map(({ id }) => id),
      };
    },
  },
  {
    token: "aws:index/getCallerIdentity:getCallerIdentity",
    run: (_args, place) => ({
      id: place.account,
      accountId: place.account,
      arn: `arn:aws:iam::${place.account}:user/sandbox`,
      userId: "AIDASANDBOXSANDBOX000",
    }),
  },
  {
    token: "aws:index/getRegion:getRegion",
    run: (_args, place) => ({
      id: place.region,
      name: place.region,
      region: place.region,
      description: place.region,
      endpoint: `ec2.${place.region}.amazonaws.com`,
    }),
  },
  {
    token: "aws:index/getPartition:getPartition",
    run: () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
  },
];
