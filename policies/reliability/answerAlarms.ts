import type { KnownResource } from "../judgedResource.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeType = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** The names, or ARNs, in an expression such as `ALARM("one") OR (OK(two) AND NOT ALARM(three))` (CloudWatch API, `PutCompositeAlarm`). */
const alarmsIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\(\s*(?:"([^"]*)"|([^"()]*?))\s*\)/g)].map(
    ([, quoted, plain]) => (quoted ?? plain ?? "").split(":alarm:").at(-1) ?? "",
  );

/** Tells of an alarm whether it is part of another one, which speaks for it. */
function partsOf(composites: readonly KnownResource[]): (alarm: KnownResource) => boolean {
  const isLinked = referredBy(composites, ["alarmRule"]);
  const named = new Set(composites.flatMap(({ inputs }) => alarmsIn(ifKnown(() => String(inputs["alarmRule"])) ?? "")));
  return (alarm) => {
    const name = ifKnown(() => alarm.inputs["name"] ?? alarm.inputs["alarmName"]);
    return (typeof name === "string" && named.has(name)) || isLinked(alarm);
  };
}

const hasActions = ({ inputs }: KnownResource): boolean =>
  Array.isArray(inputs["alarmActions"]) && inputs["alarmActions"].length > 0 && inputs["actionsEnabled"] !== false;

export const answerAlarms = rule({
  name: "reliability-answer-alarms",
  description: "Alarms must tell somebody: by actions of their own, or as a part of an alarm that has them.",
  reason: "An alarm without actions turns red on a page that nobody looks at during the night it was made for.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["DE.CM-09"], wellArchitected: ["REL06-BP03"] },
  remediation: ["Name a topic in alarmActions, and leave actionsEnabled on."],
  check: onWholeStack([alarmType, compositeType], (resources, report, { each }) => {
    const isPart = partsOf(resources.filter(({ type }) => type === compositeType));
    each(resources, (alarm) => {
      if (!hasActions(alarm) && !isPart(alarm)) report([alarm], "it tells nobody");
    });
  }),
});
