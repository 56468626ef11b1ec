import { describe, expect, it } from "vitest";
import { checkInputs } from "../../../programs/catalog.ts";
import { observabilityBlueprint } from "../../../programs/observability/blueprint.ts";
import { warnings } from "../../../programs/observability/warnings.ts";
import { development, production } from "../recordedStack.ts";
import { everything } from "./everything.ts";

function problemsOf(inputs: unknown) {
  const checked = checkInputs(observabilityBlueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

const runbookBaseUrl = "https://meridian.example.com/runbooks";
const lobby = {
  kind: "load-balancer",
  name: "lobby",
  loadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071",
  objectives: [{ kind: "availability", target: "99.9" }],
};
const jobs = { kind: "queue", name: "jobs", queueName: "jobs", objectives: [{ kind: "availability", target: "99" }] };
const matches = {
  kind: "custom-metric",
  name: "matches",
  namespace: "Game",
  totalMetric: "All",
  goodMetric: "Good",
  objectives: [{ kind: "availability", target: "99" }],
};

const services = (...given: readonly object[]) => ({ runbookBaseUrl, services: given });
const objective = (changed: object) =>
  services({ ...lobby, objectives: [{ kind: "availability", target: "99.9", ...changed }] });
const target = "/services/0/objectives/0/target";

describe("the inputs of observability", () => {
  it("are accepted when every one of them is given", () => {
    expect(problemsOf(everything)).toEqual([]);
  });

  it("are, where they are left out, the closed ones", () => {
    expect(checkInputs(observabilityBlueprint, services(lobby))).toMatchObject({
      ok: true,
      inputs: { logGroups: [], canaries: [], traces: { rules: [], insights: false }, logRetentionDays: 90 },
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    ["nothing", undefined, "", /give one JSON object/],
    ["no service", services(), "/services", /at least one service/],
    ["a service of no kind", services({ ...lobby, kind: "lobby" }), "/services/0/kind", /load-balancer, http-api/],
    ["two of one name", services(lobby, lobby), "/services/1", /name lobby once/],
    ["no objective", services({ ...lobby, objectives: [] }), "/services/0/objectives", /at least one objective/],
    [
      "two objectives of one name",
      services({ ...lobby, objectives: [...lobby.objectives, ...lobby.objectives] }),
      "/services/0/objectives/1",
      /name availability once/,
    ],
    ["an objective of 100 %", objective({ target: "100" }), target, /leaves no budget/],
    ["an objective of 100.0 %", objective({ target: "100.0" }), target, /leaves no budget/],
    ["an objective as a number", objective({ target: 99.9 }), target, /as text/],
    ["an objective of nothing", objective({ target: "0" }), target, /above 0/],
    [
      "a target so low that no alarm could ring",
      objective({ target: "90" }),
      target,
      /give at least 93\.1.* more failed than was asked for/,
    ],
    [
      "a target too high for the rate",
      objective({ target: "99.999" }),
      target,
      /at least 116 requestsPerMinute; .* one bad event alone would page/,
    ],
    [
      "a latency without its threshold",
      objective({ kind: "latency" }),
      "/services/0/objectives/0/thresholdMillis",
      /thresholdMillis/,
    ],
    [
      "a threshold without a latency",
      objective({ thresholdMillis: 5 }),
      "/services/0/objectives/0/thresholdMillis",
      /take out/,
    ],
    [
      "a window longer than logs are kept",
      { ...objective({ windowDays: 60 }), logRetentionDays: 30 },
      "/services/0/objectives/0/windowDays",
      /at most 30 days, or keep logs longer/,
    ],
    [
      "a window longer than one group is kept",
      { ...objective({ windowDays: 30 }), logGroups: [{ name: "game", retentionDays: 7 }] },
      "/services/0/objectives/0/windowDays",
      /at most 7 days/,
    ],
    [
      "a queue without dead letters",
      services(jobs),
      "/services/0/deadLetterQueueName",
      /name the queue's dead letters/,
    ],
    [
      "a queue's target that minutes cannot measure",
      services({ ...jobs, deadLetterQueueName: "dead", objectives: [{ kind: "availability", target: "99.9" }] }),
      target,
      /a queue is looked at once a minute/,
    ],
    [
      "a custom metric without good or bad",
      services({ ...matches, goodMetric: undefined }),
      "/services/0/goodMetric",
      /either goodMetric or badMetric/,
    ],
    [
      "a custom metric with both",
      services({ ...matches, badMetric: "Bad" }),
      "/services/0/badMetric",
      /either goodMetric or badMetric/,
    ],
    [
      "a latency of a custom metric that is not named",
      services({ ...matches, objectives: [{ kind: "latency", target: "99", thresholdMillis: 5 }] }),
      "/services/0/latencyMetric",
      /measured by its values/,
    ],
    [
      "a load balancer by its ARN",
      services({ ...lobby, loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/b" }),
      "/services/0/loadBalancer",
      /lobbyLoadBalancerName/,
    ],
    [
      "a table with four operations",
      services({
        ...lobby,
        kind: "table",
        loadBalancer: undefined,
        tableName: "t",
        operations: ["GetItem", "PutItem", "Query", "Scan"],
      }),
      "/services/0/operations",
      /at most three operations/,
    ],
    [
      "a service called as canaries' alarms are",
      services({ ...lobby, name: "canary-front" }),
      "/services/0/name",
      /alarms of canaries and logs begin so/,
    ],
    [
      "two names that become one together",
      services(
        { ...lobby, objectives: [{ kind: "availability", target: "99", name: "api-up" }] },
        { ...lobby, name: "lobby-api", objectives: [{ kind: "availability", target: "99", name: "up" }] },
      ),
      "/services/1/name",
      /lobby-api-up is called twice/,
    ],
    [
      "runbooks in clear text",
      { ...services(lobby), runbookBaseUrl: "http://example.com" },
      "/runbookBaseUrl",
      /https/,
    ],
    [
      "an address with a user in it",
      { ...services(lobby), pageEndpoint: "https://user:word@example.com/" },
      "/pageEndpoint",
      /without a user/,
    ],
    [
      "two canaries of one name",
      { ...services(lobby), canaries: [...everything.canaries, ...everything.canaries] },
      "/canaries/1",
      /name front once/,
    ],
    [
      "a canary slower than its visits",
      { ...services(lobby), canaries: [{ ...everything.canaries[0], everyMinutes: 1, timeoutSeconds: 60 }] },
      "/canaries/0/timeoutSeconds",
      /give at most 45 seconds/,
    ],
    [
      "two filters of one name",
      {
        ...services(lobby),
        logGroups: [
          {
            name: "game",
            filters: [
              { name: "errors", pattern: "A" },
              { name: "errors", pattern: "B" },
            ],
          },
        ],
      },
      "/logGroups/0/filters/1",
      /name errors once/,
    ],
    [
      "a contributor that is no path",
      { ...services(lobby), logGroups: [{ name: "game", contributors: ["playerId"] }] },
      "/logGroups/0/contributors/0",
      /by their path/,
    ],
    [
      "an account twice",
      { ...services(lobby), crossAccount: { accounts: ["111122223333", "111122223333"] } },
      "/crossAccount/accounts/1",
      /name 111122223333 once/,
    ],
    [
      "an incident that nobody hears of",
      { ...services(lobby), incidentResponse: { contacts: [] } },
      "/incidentResponse/contacts",
      /at least one contact/,
    ],
    [
      "a contact called as the escalation is",
      { ...services(lobby), incidentResponse: { contacts: [{ name: "escalation", email: "a@example.com" }] } },
      "/incidentResponse/contacts/0/name",
      /give another name/,
    ],
    [
      "two sampling rules of one name",
      { ...services(lobby), traces: { rules: [{ name: "lobby" }, { name: "lobby" }] } },
      "/traces/rules/1",
      /name lobby once/,
    ],
  ])("refuse %s, and say what to give", (_, inputs, pointer, message) => {
    expect(problemsOf(inputs)).toContainEqual({ pointer, message: expect.stringMatching(message) });
  });

  it("are judged without a crash, whatever they are", () => {
    for (const given of [
      null,
      [],
      1,
      "x",
      { services: [null] },
      { services: [{ kind: "queue" }] },
      { services: "x" },
    ]) {
      expect(problemsOf(given).length, JSON.stringify(given)).toBeGreaterThan(0);
    }
  });
});

describe("a production stack", () => {
  const silent = { runbookBaseUrl, services: [lobby] };
  const warned = (changed: object, placement = production) => {
    const checked = checkInputs(observabilityBlueprint, { ...silent, ...changed });
    return checked.ok ? warnings(checked.inputs, placement) : checked.problems;
  };

  it("is warned of when nobody hears its pages, and only then", () => {
    expect(warned({})).toEqual([expect.stringContaining("nobody hears the pages")]);
    expect(warned({}, development)).toEqual([]);
    for (const who of ["alarmEmail", "pageEndpoint", "incidentResponse"] as const) {
      expect(warned({ [who]: everything[who] }), who).toEqual([]);
    }
  });
});
