import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";

const tableType = "aws:dynamodb/table:Table";
const targetType = "aws:appautoscaling/target:Target";

export const scaleTables = rule({
  name: "cost-scale-tables",
  description: "Tables of provisioned capacity must scale it.",
  reason:
    "Capacity for the evening's peak is paid for at five in the morning, and is too little on the day of the launch.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["DynamoDB.1"], nist: ["PR.IR-04"], wellArchitected: ["COST09-BP03"] },
  remediation: ["Set billingMode to PAY_PER_REQUEST, or make an autoscaling Target for reads and for writes."],
  check: onWholeStack([tableType, targetType], (resources, report, { each }) => {
    const targets = resources.filter(({ type }) => type === targetType);
    const scaled = new Set(targets.map(({ inputs }) => ifKnown(() => inputs["resourceId"])));
    const isScaled = referredBy(targets, ["resourceId"]);
    each(
      resources.filter(({ type }) => type === tableType),
      (table) => {
        // Provisioned is what a table is unless told otherwise.
        if ((table.inputs["billingMode"] ?? "PROVISIONED") !== "PROVISIONED") return;
        const isNamed = () => scaled.has(`table/${String(table.inputs["name"])}`);
        if (ifKnown(isNamed) !== true && !isScaled(table) && !isNamed())
          report([table], "its capacity is provisioned, and nothing scales it");
      },
    );
  }),
});
