import { onResource, rule } from "../rule.ts";

/** What a provider also calls the types of a module: versions of `aws` before 7 have both, and make the same things of them. */
const modules: readonly (readonly [known: string, other: string])[] = [
  ["alb", "applicationloadbalancing"],
  ["elb", "elasticloadbalancing"],
  ["lb", "elasticloadbalancingv2"],
];

const balancing = [
  "listener:Listener",
  "listenerRule:ListenerRule",
  "loadBalancer:LoadBalancer",
  "targetGroup:TargetGroup",
] as const;

/** Kinds without a group of their own that some rule reads. The SDK's `CustomResource` takes them for `kubernetes:v1:<kind>`. */
const coreKinds = [
  "LimitRange",
  "Namespace",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "ReplicationController",
  "ResourceQuota",
  "Service",
  "ServiceAccount",
] as const;

export const noSecondNames = rule({
  name: "security-no-second-names",
  description: "Resources must be of the type by which rules know them.",
  reason:
    "Some types have a second name, by which a provider makes the same thing and the rules on it are not asked: whoever uses it, knowingly or not, passes them by.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.PS-01"] },
  remediation: [
    "Take the SDK's own class: aws.lb, aws.alb or aws.elb for load balancers, kubernetes.core.v1 for an object without a group.",
    'Name the old type in the resource\'s option "aliases", so that nothing is replaced.',
  ],
  check: onResource<string>(
    [
      ...modules.flatMap(([, other]) => balancing.map((type) => `aws:${other}/${type}`)),
      ...coreKinds.map((kind) => `kubernetes:v1:${kind}`),
    ],
    (_, report) => report("its type is a second name of another, by which rules do not know it"),
  ),
});
