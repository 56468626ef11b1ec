import { describe, expect, it } from "vitest";
import { everything } from "./everything.ts";
import { all, dashboard, named } from "./recorded.ts";

describe("the briefs: telemetry and KPIs", () => {
  const overview = async () => dashboard(await all(), "overview-dashboard");

  it("availability, latency, error rates and scalability have a graph each", async () => {
    const { titles, text } = await overview();
    expect(titles).toEqual(
      expect.arrayContaining(["Availability, percent", "Answered in time, percent", "Error rate, percent", "Load"]),
    );
    expect(text("Availability, percent")).toContain("HTTPCode_Target_5XX_Count");
    expect(text("Answered in time, percent")).toContain("TC(:0.5)");
    for (const metric of ["RequestCount", "Invocations", "ConcurrentExecutions", "NumberOfMessagesSent"]) {
      expect(text("Load")).toContain(metric);
    }
  });

  it("customer impact of outages and degradation is counted in requests that failed or came late", async () => {
    const { text } = await overview();
    const title = "Customer impact: requests that failed or came late";
    for (const label of ["lobby availability", "lobby latency", "events availability"]) {
      expect(text(title)).toContain(`"label":"${label}"`);
    }
  });

  it("cost efficiency is what a million requests cost", async () => {
    const { text } = await overview();
    expect(text("Cost efficiency: USD for a million requests")).toContain("1000000*spend/");
  });

  it("MTTR, MTBF and change failure rate come from what Meridian or a pipeline reports, and only that it may write", async () => {
    const { titles, text } = await overview();
    for (const title of [
      "Mean time to restore (MTTR), minutes",
      "Mean time between failures (MTBF), hours",
      "Change failure rate, percent",
    ]) {
      expect(titles).toContain(title);
      expect(text(title)).toContain('"Meridian/Delivery"');
    }
    const stack = await all();
    const policy = JSON.parse(String(named(stack, "aws:iam/policy:Policy", "delivery-writer")["policy"]));
    expect(policy.Statement).toEqual([
      {
        Effect: "Allow",
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
        Condition: { StringEquals: { "cloudwatch:namespace": "Meridian/Delivery" } },
      },
    ]);
  });

  it("each service has a dashboard of its own, with its alarms on top", async () => {
    const stack = await all();
    for (const { name } of everything.services) {
      const { titles, text } = dashboard(stack, `service-${name}-dashboard`);
      expect(titles.slice(0, 2)).toEqual(["Alarms", "Burn rate over an hour: 1 uses the budget up exactly"]);
      expect(text("Alarms")).toContain(`arn:aws:mock:${name}-`);
    }
  });
});
