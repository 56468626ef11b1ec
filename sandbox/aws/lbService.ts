import type { Service } from "../model/model.ts";
import type { PropertyRule } from "../model/rule.ts";

export const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";

/** Source of the codes: Elastic Load Balancing API reference, version 2015-12-01, the errors of each action. */
export const lb: Service = {
  name: "lb",
  codes: {
    missing: "ValidationError",
    invalid: "ValidationError",
    notFound: "ValidationError",
    inUse: "ResourceInUse",
    throttled: "Throttling",
  },
};

/** What CreateLoadBalancer and CreateTargetGroup take as a name. */
export const lbName: PropertyRule = {
  immutable: true,
  minLength: 1,
  maxLength: 32,
  pattern: "^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$",
};

/** The tail of an ARN, by which metrics name a balancer or a target group. */
export function resourceOf(arn: string): string {
  return arn.split(":").slice(5).join(":");
}
