import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkInputs } from "../../../programs/catalog.ts";
import { observabilityBlueprint } from "../../../programs/observability/blueprint.ts";
import { watchedOf } from "../../../programs/observability/graphs.ts";
import type { Indicator, Term } from "../../../programs/observability/indicator.ts";
import { indicatorMath } from "../../../programs/observability/metricMath.ts";
import { everything } from "./everything.ts";

function watched() {
  const checked = checkInputs(observabilityBlueprint, everything);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return watchedOf(checked.inputs.services);
}

/** Metric math as the cloud evaluates it at one point in time: what is absent is undefined. */
function evaluate(expression: string, values: Readonly<Record<string, number | undefined>>): number {
  const functions = {
    IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    FILL: (value: number | undefined, filling: number) => value ?? filling,
  };
  const names = { ...functions, ...values };
  return new Function(...Object.keys(names), `return ${expression};`)(...Object.values(names));
}

const events = (counts: Indicator["counts"]): Indicator => {
  const term = (metric: string): Term => ({ namespace: "Game", metric, dimensions: {}, stat: "Sum" });
  return { counts, counted: [term("a"), term("b")], total: [term("all"), term("b")] };
};

describe("the share of bad events", () => {
  it("is what is bad of all, whether the cloud counts the bad or the good", () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(fc.constantFrom("bad", "good"), count, count, count, (counts, a, b, rest) => {
        const { badShare, badEvents, terms } = indicatorMath(events(counts));
        expect(terms.map(({ id, metric }) => [id, metric])).toEqual([
          ["m1", "a"],
          ["m2", "b"],
          ["m3", "all"],
        ]);
        const values = { m1: a, m2: b, m3: a + rest };
        const all = a + rest + b;
        const bad = counts === "bad" ? a + b : all - a - b;
        expect(evaluate(badEvents, values)).toBe(bad);
        expect(evaluate(badShare, values)).toBeCloseTo(all === 0 ? 0 : bad / all, 9);
      }),
    );
  });

  it("is none where nothing came, and counts as none what the cloud left out", () => {
    const { badShare } = indicatorMath(events("bad"));
    expect(evaluate(badShare, { m1: undefined, m2: undefined, m3: undefined })).toBe(0);
    expect(evaluate(badShare, { m1: 1, m2: undefined, m3: 4 })).toBe(0.25);
  });

  it("is never looked for in more metrics than an alarm takes, for any kind of service", () => {
    for (const { indicator } of watched()) expect(indicatorMath(indicator).terms.length).toBeLessThanOrEqual(10);
  });
});

describe("what counts as good", () => {
  it("is, of each kind of service, this", () => {
    const shown = watched().map(({ service, name, indicator: { counts, counted, total } }) => {
      const text = (terms: readonly Term[]) =>
        terms.map(({ namespace, metric, stat }) => `${namespace} ${metric} ${stat}`).join(" + ");
      return `${service.kind} ${name}: ${counts} ${text(counted)} of ${text(total)}`;
    });
    expect(shown).toMatchInlineSnapshot(`
      [
        "load-balancer availability: bad AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum + AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum of AWS/ApplicationELB RequestCount Sum + AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum",
        "load-balancer latency: good AWS/ApplicationELB TargetResponseTime TC(:0.5) of AWS/ApplicationELB TargetResponseTime SampleCount",
        "http-api availability: bad AWS/ApiGateway 5xx Sum of AWS/ApiGateway Count Sum",
        "function latency: good AWS/Lambda Duration TC(:3000) of AWS/Lambda Duration SampleCount",
        "queue availability: good AWS/SQS ApproximateNumberOfMessagesVisible TC(:0) of AWS/SQS ApproximateNumberOfMessagesVisible SampleCount",
        "queue freshness: good AWS/SQS ApproximateAgeOfOldestMessage TC(:60) of AWS/SQS ApproximateAgeOfOldestMessage SampleCount",
        "table availability: bad AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB ThrottledRequests Sum + AWS/DynamoDB ThrottledRequests Sum + AWS/DynamoDB ThrottledRequests Sum of AWS/DynamoDB SuccessfulRequestLatency SampleCount + AWS/DynamoDB SuccessfulRequestLatency SampleCount + AWS/DynamoDB SuccessfulRequestLatency SampleCount + AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB SystemErrors Sum + AWS/DynamoDB ThrottledRequests Sum + AWS/DynamoDB ThrottledRequests Sum + AWS/DynamoDB ThrottledRequests Sum",
        "custom-metric availability: good Game MatchesEnded Sum of Game MatchesStarted Sum",
      ]
    `);
  });

  it("is told apart by what the service is called in the cloud", () => {
    const dimensions = watched().map(({ indicator }) => indicator.total[0]?.dimensions);
    expect(dimensions).toEqual([
      { LoadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071" },
      { LoadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071" },
      { ApiId: "a1b2c3d4e5", Stage: "live" },
      { FunctionName: "launch-worker" },
      { QueueName: "launch-jobs-dead" },
      { QueueName: "launch-jobs" },
      { TableName: "launch-schedule", Operation: "GetItem" },
      {},
    ]);
  });
});
