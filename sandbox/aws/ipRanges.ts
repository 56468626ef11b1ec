import type { InvokeModel } from "../model/model.ts";
import { texts } from "../model/values.ts";

/** The ranges of each service here are set apart for documentation (RFC 5737, RFC 3849): none is anybody's. */
const RANGES: Readonly<Record<string, { readonly v4: readonly string[]; readonly v6: readonly string[] }>> = {
  route53_healthchecks: { v4: ["198.51.100.0/26", "198.51.100.64/26"], v6: ["2001:db8:53::/48"] },
  globalaccelerator: { v4: ["203.0.113.0/25"], v6: ["2001:db8:ac::/48"] },
  cloudfront: { v4: ["192.0.2.0/25"], v6: ["2001:db8:cf::/48"] },
};

/** What AWS publishes of its own addresses (ip-ranges.json), by service. */
export const ipRanges: InvokeModel = {
  token: "aws:index/getIpRanges:getIpRanges",
  run: (args) => {
    const services = texts(args["services"]).map((name) => name.toLowerCase());
    const found = services.flatMap((name) => RANGES[name] ?? []);
    return {
      ...args,
      id: "1763683200",
      syncToken: 1763683200,
      createDate: "2025-11-21-00-00-00",
      cidrBlocks: found.flatMap(({ v4 }) => v4),
      ipv6CidrBlocks: found.flatMap(({ v6 }) => v6),
    };
  },
};
