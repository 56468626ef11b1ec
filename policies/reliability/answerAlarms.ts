import type { KnownResource } from "../judgedResource.ts";
import { onWholeStack, rule } from "../rule.ts";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeType = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** Whether an alarm is part of another one, which speaks for it. */
const isPart = (alarm: KnownResource, composites: readonly KnownResource[]): boolean =>
  composites.some((composite) => {
    if (composite.propertyDependencies?.["alarmRule"]?.includes(alarm.urn)) return true;
    const name = alarm.inputs["name"];
    return typeof name === "string" && String(composite.inputs["alarmRule"]).includes(name);
  });

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
    const composites = resources.filter(({ type }) => type === compositeType);
    each(resources, (alarm) => {
      if (!hasActions(alarm) && !isPart(alarm, composites)) report([alarm], "it tells nobody");
    });
  }),
});
