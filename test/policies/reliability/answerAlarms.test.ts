import { expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-answer-alarms");
const alarm = (inputs: object = {}) =>
  known("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", { name: "errors", ...inputs });
const page = { alarmActions: ["arn:aws:sns:page"] };
const composite = (inputs: Properties, sources: readonly string[] = []) =>
  known("aws:cloudwatch/compositeAlarm:CompositeAlarm", "both", inputs, {
    propertyDependencies: { alarmRule: sources },
  });

it("asks alarms for somebody to tell", () => {
  expect(judge([alarm(page)])).toEqual([]);
  expect(judge([alarm()])).toEqual(["errors: it tells nobody"]);
  expect(judge([alarm({ alarmActions: [] })])).toEqual(["errors: it tells nobody"]);
  expect(judge([alarm({ ...page, actionsEnabled: false })])).toEqual(["errors: it tells nobody"]);
  expect(judge([alarm({ alarmActions: UNKNOWN })])).toEqual(["errors: unknown"]);
});

it("lets an alarm be part of one that tells somebody, which must", () => {
  expect(judge([alarm(), composite({ ...page, alarmRule: 'ALARM("errors")' })])).toEqual([]);
  expect(judge([alarm(), composite({ ...page, alarmRule: UNKNOWN }, [alarm().urn])])).toEqual([]);
  expect(judge([alarm(), composite({ alarmRule: 'ALARM("errors")' })])).toEqual(["both: it tells nobody"]);
  expect(judge([alarm(), composite({ ...page, alarmRule: 'ALARM("latency")' })])).toEqual(["errors: it tells nobody"]);
});
