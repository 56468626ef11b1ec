import { lifecycle } from "../lifecycle.ts";
import { everything } from "./everything.ts";

const [lobby, events, worker, ...others] = everything.services;
const [group] = everything.logGroups;
const [canary] = everything.canaries;

const subscription = "aws:sns/topicSubscription:TopicSubscription";

lifecycle({
  blueprint: "observability",
  inputs: everything,
  changes: [
    {
      name: "objectives, what is looked at, who answers an incident, and money",
      inputs: {
        runbookBaseUrl: "https://runbooks.example.com",
        services: [
          {
            ...lobby,
            loadBalancer: "app/m-launch-lobby-9f8e7d6c/0a1b2c3d4e5f6071",
            requestsPerMinute: 6000,
            runbookUrl: "https://lobby.example.com/runbook",
            objectives: [
              { kind: "availability", target: "99.95" },
              { kind: "latency", target: "99", thresholdMillis: 250 },
            ],
          },
          { ...events, stage: undefined, objectives: [{ kind: "availability", target: "99", windowDays: 30 }] },
          // Without the worker, which goes with its alarms and its dashboard.
          ...others,
          { ...worker, name: "runner" },
        ],
        logRetentionDays: 180,
        logGroups: [
          {
            ...group,
            filters: [{ name: "errors", pattern: '{ $.level = "fatal" }', alarm: { above: 0, severity: "page" } }],
            contributors: ["$.playerId", "$.region"],
          },
          { name: "audit", retentionDays: 365 },
        ],
        canaries: [
          {
            ...canary,
            url: "https://play.example.com/ready",
            status: 204,
            everyMinutes: 1,
            timeoutSeconds: 5,
            severity: "ticket",
          },
        ],
        canaryRuntime: "syn-nodejs-puppeteer-11.0",
        traces: {
          rules: [{ name: "lobby", service: "lobby", path: "/v1/*", perSecond: 5, percent: 1, priority: 10 }],
          insights: false,
        },
        crossAccount: { accounts: ["111122223333", "444455556666"] },
        deliveryNamespace: "Delivery",
        monthlyBudget: { amount: "900.00", currency: "USD" },
        deletionProtection: true,
        incidentResponse: {
          replicationSet: "create",
          impact: 1,
          escalateAfterMinutes: 5,
          contacts: [
            { name: "second", email: "second.pager@example.com" },
            { name: "third", email: "third@example.com" },
          ],
        },
      },
      replaces: [],
    },
    {
      name: "the addresses of those who hear: each is subscribed anew",
      inputs: {
        alarmEmail: "pager@example.com",
        ticketEmail: "backlog@example.com",
        pageEndpoint: "https://events.example.com/page/2c3d",
        ticketEndpoint: "https://events.example.com/ticket/2c3d",
        deletionProtection: false,
      },
      replaces: [subscription],
    },
  ],
  production: everything,
});
