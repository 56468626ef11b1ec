import { onResource, rule } from "../rule.ts";

/** What a gp3 volume has by itself (Amazon EBS User Guide, "General Purpose SSD volumes"). */
const included = { iops: 3000, throughput: 125 } as const;

const provisioned: readonly unknown[] = ["io1", "io2"];

export const noBoughtSpeed = rule({
  name: "cost-no-bought-speed",
  description: "In development storage must do with the speed that comes by itself.",
  reason: "Provisioned operations are paid for by the month, used or not; in development nobody waits for them.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST06-BP02"] },
  remediation: ["Use gp3 without iops and throughput of its own outside staging and production."],
  figure: "operations a second, or MiB a second of throughput",
  check: [
    onResource("aws:ebs/volume:Volume", ({ type, iops, throughput }, report, { context, show }) => {
      if (context.environment !== "development") return;
      if (provisioned.includes(type)) report(`${show(["type"])} buys its operations`);
      if ((iops ?? 0) > included.iops)
        report(`${show(["iops"])} is over the ${included.iops} that come by themselves`, iops);
      if ((throughput ?? 0) > included.throughput)
        report(`${show(["throughput"])} is over the ${included.throughput} that come by themselves`, throughput);
    }),
    onResource("aws:rds/instance:Instance", ({ storageType }, report, { context, show }) => {
      if (context.environment === "development" && provisioned.includes(storageType))
        report(`${show(["storageType"])} buys its operations`);
    }),
  ],
});
