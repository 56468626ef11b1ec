import { expect, it } from "vitest";
import { createJudge, type KnownResource, type Properties, pack, type Rule } from "../../policies/index.ts";
import { known } from "./support/wholeStack.ts";

const context = { environment: "production", project: "game", stack: "dev", phase: "up" } as const;

type Made = readonly [type: string, name: string, inputs: Properties];

const table = (i: number): readonly Made[] => [
  ["aws:dynamodb/table:Table", `table-${i}`, { name: `table-${i}` }],
  ["aws:appautoscaling/target:Target", `target-${i}`, { resourceId: `table/table-${i}` }],
];
const bucket = (i: number): readonly Made[] => [
  ["aws:s3/bucket:Bucket", `b-${i}`, { bucket: `b-${i}`, tags: { "meridian:protected": "true" } }],
  ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `block-${i}`, { bucket: `b-${i}` }],
  ["aws:s3/bucketLogging:BucketLogging", `log-${i}`, { bucket: `b-${i}`, targetBucket: "logs" }],
  ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `life-${i}`, { bucket: `b-${i}` }],
  ["aws:lb/loadBalancer:LoadBalancer", `lb-${i}`, { accessLogs: { bucket: `b-${i + 1}` } }],
];
const queue = (i: number): readonly Made[] => [
  ["aws:sqs/queue:Queue", `q-${i}`, { name: `q-${i}`, redrivePolicy: `q-${i + 1}`, visibilityTimeoutSeconds: 180 }],
  ["aws:lambda/function:Function", `f-${i}`, { name: `f-${i}`, timeout: 3 }],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", `m-${i}`, { eventSourceArn: `q-${i}`, functionName: `f-${i}` }],
];
const inSubnet = (i: number): readonly Made[] => [
  ["aws:lambda/function:Function", `f-${i}`, { vpcConfig: { subnetIds: ["s-0-id", "s-1-id"] } }],
  ["aws:ec2/subnet:Subnet", `s-${i}`, { availabilityZone: `zone-${i % 3}` }],
];
const route = (i: number): readonly Made[] => [
  ["aws:ec2/route:Route", `r-${i}`, { natGatewayId: "nat-id", routeTableId: "table-id" }],
];
const listener = (i: number): readonly Made[] => [
  ["aws:lb/loadBalancer:LoadBalancer", `lb-${i}`, { internal: true }],
  ["aws:lb/listener:Listener", `l-${i}`, { loadBalancerArn: `lb-${i}-id`, protocol: "HTTP" }],
];
const gateway = (i: number): readonly Made[] => [
  ["aws:ec2/natGateway:NatGateway", `nat-${i}`, { allocationId: `ip-${i}-id` }],
  ["aws:ec2/eip:Eip", `ip-${i}`, {}],
];
const alarm = (i: number): readonly Made[] => [
  ["aws:cloudwatch/metricAlarm:MetricAlarm", `a-${i}`, { name: `a-${i}` }],
  ["aws:cloudwatch/compositeAlarm:CompositeAlarm", `c-${i}`, { alarmRule: `ALARM("a-${i}")`, alarmActions: ["page"] }],
];
const member = (i: number): readonly Made[] => [
  ["aws:rds/cluster:Cluster", `c-${i}`, {}],
  ["aws:rds/clusterInstance:ClusterInstance", `one-${i}`, { clusterIdentifier: `c-${i}-id` }],
  ["aws:rds/clusterInstance:ClusterInstance", `two-${i}`, { clusterIdentifier: `c-${i}-id` }],
];
const labels = (i: number): Properties => ({ "part-of": "game", app: `d-${i}` });
const workload = (i: number): readonly Made[] => [
  [
    "kubernetes:apps/v1:Deployment",
    `d-${i}`,
    {
      metadata: { name: `d-${i}` },
      spec: { replicas: 2, template: { metadata: { labels: labels(i) }, spec: { containers: [{ ports: [{}] }] } } },
    },
  ],
  ["kubernetes:policy/v1:PodDisruptionBudget", `b-${i}`, { spec: { selector: { matchLabels: labels(i) } } }],
];
const namespace = (i: number): readonly Made[] => [
  ["kubernetes:core/v1:Namespace", `n-${i}`, { metadata: { name: `n-${i}` } }],
  ["kubernetes:networking.k8s.io/v1:NetworkPolicy", `p-${i}`, { metadata: { namespace: `n-${i}` }, spec: {} }],
  ["kubernetes:core/v1:Pod", `o-${i}`, { metadata: { namespace: `n-${i}` }, spec: { containers: [] } }],
];

/** Judging costs little more than the double where a stack is the double. */
const ALMOST_DOUBLE = 2.3;
const some = 60;

const made = (make: (index: number) => readonly Made[], count: number): readonly KnownResource[] =>
  Array.from({ length: count }, (_, index) => make(index)).flatMap((each) =>
    each.map(([type, name, inputs]) => known(type, name, inputs)),
  );

const named = (name: string): Rule => {
  const rule = pack.rules.find((candidate) => candidate.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
};

/** How many properties a rule reads of the resources of a stack, and how many resources it is given. */
function workOf(rule: Rule, stack: readonly KnownResource[]): { readonly read: number; readonly given: number } {
  let read = 0;
  let given = 0;
  const counted = stack.map((resource) => ({
    ...resource,
    inputs: new Proxy(resource.inputs, {
      get(inputs, key) {
        read += 1;
        return Reflect.get(inputs, key);
      },
    }),
  }));
  const { check } = rule;
  const counting =
    "on" in check && check.on === "stack"
      ? {
          ...check,
          run: (...[resources, report, subject]: Parameters<typeof check.run>) => {
            given += resources.length;
            check.run(resources, report, subject);
          },
        }
      : check;
  createJudge({ name: "p", version: "1.0.0", rules: [{ ...rule, check: counting }] }).judgeStack(counted, context);
  return { read, given };
}

it.each([
  ["reliability-outlast-readers", queue],
  ["reliability-require-two-zones", inSubnet],
  ["reliability-require-nat-per-zone", route],
  ["security-no-clear-listener", listener],
  ["cost-few-nat-gateways", gateway],
  ["cost-scale-tables", table],
  ["cost-expire-objects", bucket],
  ["security-require-public-access-block", bucket],
  ["security-require-bucket-logs", bucket],
  ["cost-no-idle-addresses", gateway],
  ["reliability-answer-alarms", alarm],
  ["reliability-keep-cluster-members", member],
  ["kubernetes-require-disruption-budgets", workload],
  ["kubernetes-require-default-deny", namespace],
] as const)("%s does little more than double the work for a stack of double the size", (name, make) => {
  const rule = named(name);
  const once = workOf(rule, made(make, some));
  const twice = workOf(rule, made(make, 2 * some));
  expect(twice.read).toBeLessThanOrEqual(ALMOST_DOUBLE * once.read);
  expect(twice.given).toBeLessThanOrEqual(ALMOST_DOUBLE * once.given);
});
