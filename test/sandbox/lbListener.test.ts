import { type ConformanceCase, conformance, type Made } from "./conformance.ts";
import {
  idOf,
  LISTENER,
  nobody,
  paths,
  RULE,
  redirect,
  stateOf,
  tagged,
  toDatagrams,
  weighted,
  withListener,
  withTargets,
} from "./lbParts.ts";

const certificate = (region: string, account: string): string => `arn:aws:acm:${region}:${account}:certificate/1`;
const accountOf = (made: Made): string => idOf(made, "door").split(":")[4] ?? "";

const cases: readonly ConformanceCase[] = [
  {
    type: LISTENER,
    needs: withTargets,
    smallest: (made) => ({
      loadBalancerArn: idOf(made, "door"),
      port: 80,
      protocol: "HTTP",
      defaultActions: [weighted(made, 100, 0)],
    }),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:listener\/app\/door\/[0-9a-f]{16}\/[0-9a-f]{16}$/,
    outputs: { arn: /:listener\/app\//, sslPolicy: "" },
    change: (made) => ({ defaultActions: [weighted(made, 0, 100)], ...tagged }),
    replace: (made) => ({ loadBalancerArn: idOf(made, "relay"), protocol: "UDP", defaultActions: [toDatagrams(made)] }),
    spoiled: [
      { name: "no actions", with: { defaultActions: null }, code: "ValidationError" },
      { name: "port 65536", with: { port: 65_536 }, code: "ValidationError" },
      { name: "UDP at an application balancer", with: { protocol: "UDP" }, code: "ValidationError", at: "create" },
      {
        name: "a balancer that does not exist",
        with: { loadBalancerArn: `${nobody}:loadbalancer/app/door/0` },
        code: "LoadBalancerNotFound",
        at: "create",
      },
      {
        name: "a target group that does not exist",
        with: { defaultActions: [{ type: "forward", targetGroupArn: `${nobody}:targetgroup/blue/0` }] },
        code: "TargetGroupNotFound",
        at: "create",
      },
      {
        name: "a weight of 1000",
        with: (made) => ({ defaultActions: [weighted(made, 1000, 0)] }),
        code: "ValidationError",
        property: "defaultActions[0].forward.targetGroups[0].weight",
      },
      {
        name: "one target group twice",
        with: (made) => ({ defaultActions: [weighted({ ...made, green: stateOf(made, "blue") }, 1, 1)] }),
        code: "ValidationError",
        property: "defaultActions[0]",
      },
      {
        name: "a target group of another protocol",
        with: (made) => ({ defaultActions: [toDatagrams(made)] }),
        code: "IncompatibleProtocols",
        at: "create",
      },
      {
        name: "a redirect to itself",
        with: redirect({}),
        code: "InvalidLoadBalancerAction",
        property: "defaultActions[0]",
      },
      {
        name: "a redirect by another status",
        with: redirect({ port: "443", statusCode: "HTTP_307" }),
        code: "ValidationError",
        property: "defaultActions[0].redirect.statusCode",
      },
      {
        name: "an action without its settings",
        with: { defaultActions: [{ type: "forward" }] },
        code: "ValidationError",
        property: "defaultActions[0]",
      },
      {
        name: "encryption without a certificate",
        with: { protocol: "HTTPS" },
        code: "ValidationError",
        property: "certificateArn",
      },
      {
        name: "a certificate that is none",
        with: { certificateArn: "lobby.example.com", protocol: "HTTPS" },
        code: "CertificateNotFound",
      },
      {
        name: "a certificate of another region",
        with: (made) => ({ certificateArn: certificate("us-east-1", accountOf(made)), protocol: "HTTPS" }),
        code: "CertificateNotFound",
        at: "create",
      },
      {
        name: "a certificate of another account",
        with: { certificateArn: certificate("eu-west-1", "999999999999"), protocol: "HTTPS" },
        code: "CertificateNotFound",
        at: "create",
      },
      {
        name: "a policy for TLS there is not",
        with: {
          sslPolicy: "TLS-1.3",
          protocol: "HTTPS",
          certificateArn: certificate("eu-west-1", "999999999999"),
        },
        code: "SSLPolicyNotFound",
      },
    ],
    taken: { code: "DuplicateListener" },
  },
  {
    type: RULE,
    needs: withListener,
    smallest: (made) => ({
      listenerArn: idOf(made, "listener"),
      priority: 10,
      ...paths("/api/*"),
      actions: [weighted(made, 100, 0)],
    }),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:listener-rule\/app\/door(\/[0-9a-f]{16}){3}$/,
    outputs: { arn: /:listener-rule\/app\// },
    change: (made) => ({ actions: [weighted(made, 0, 100)], ...tagged }),
    spoiled: [
      { name: "priority 0", with: { priority: 0 }, code: "ValidationError" },
      { name: "no conditions", with: { conditions: [] }, code: "ValidationError" },
      {
        name: "six paths",
        with: paths("/a", "/b", "/c", "/d", "/e", "/f"),
        code: "ValidationError",
        property: "conditions",
      },
      {
        name: "a path with a space",
        with: paths("/api /*"),
        code: "ValidationError",
        property: "conditions[0].pathPattern.values[0]",
      },
      {
        name: "two kinds in one condition",
        with: { conditions: [{ pathPattern: { values: ["/"] }, hostHeader: { values: ["a.example"] } }] },
        code: "ValidationError",
        property: "conditions[0]",
      },
      {
        name: "a source that is no block of addresses",
        with: { conditions: [{ sourceIp: { values: ["10.0.0.1"] } }] },
        code: "ValidationError",
        property: "conditions[0].sourceIp.values[0]",
      },
      {
        name: "a listener that does not exist",
        with: { listenerArn: `${nobody}:listener/app/door/0/0` },
        code: "ListenerNotFound",
        at: "create",
      },
      {
        name: "a target group of another protocol",
        with: (made) => ({ actions: [toDatagrams(made)] }),
        code: "IncompatibleProtocols",
        at: "create",
      },
    ],
    taken: { code: "PriorityInUse" },
  },
];

conformance(cases);
