/** Inputs that make one of everything the blueprint can make: all kinds of services, each with what it can be measured by. */
export const everything = {
  runbookBaseUrl: "https://meridian.example.com/runbooks",
  services: [
    {
      kind: "load-balancer",
      name: "lobby",
      loadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071",
      requestsPerMinute: 600,
      objectives: [
        { kind: "availability", target: "99.9" },
        { kind: "latency", target: "99", thresholdMillis: 500 },
      ],
    },
    {
      kind: "http-api",
      name: "events",
      apiId: "a1b2c3d4e5",
      stage: "live",
      objectives: [{ kind: "availability", target: "99.9", windowDays: 7 }],
    },
    {
      kind: "function",
      name: "worker",
      functionName: "launch-worker",
      objectives: [{ kind: "latency", target: "99.5", thresholdMillis: 3000 }],
    },
    {
      kind: "queue",
      name: "jobs",
      queueName: "launch-jobs",
      deadLetterQueueName: "launch-jobs-dead",
      objectives: [
        { kind: "availability", target: "99" },
        { kind: "latency", name: "freshness", target: "99", thresholdMillis: 60_000 },
      ],
    },
    {
      kind: "table",
      name: "schedule",
      tableName: "launch-schedule",
      objectives: [{ kind: "availability", target: "99.99", windowDays: 60 }],
    },
    {
      kind: "custom-metric",
      name: "matches",
      namespace: "Game",
      totalMetric: "MatchesStarted",
      goodMetric: "MatchesEnded",
      objectives: [{ kind: "availability", target: "99" }],
    },
  ],
  alarmEmail: "on-call@example.com",
  ticketEmail: "team@example.com",
  pageEndpoint: "https://events.example.com/page/0a1b",
  ticketEndpoint: "https://events.example.com/ticket/0a1b",
  incidentResponse: {
    replicationSet: "create",
    contacts: [
      { name: "first", email: "first@example.com" },
      { name: "second", email: "second@example.com" },
    ],
  },
  logGroups: [
    {
      name: "game",
      filters: [
        { name: "errors", pattern: '{ $.level = "error" }', alarm: { above: 20 } },
        { name: "kicks", pattern: "KICKED" },
      ],
      contributors: ["$.playerId"],
    },
  ],
  canaries: [{ name: "front", url: "https://play.example.com/healthz" }],
  traces: { rules: [{ name: "lobby", service: "lobby" }], insights: true },
  crossAccount: { accounts: ["111122223333"] },
} as const;
