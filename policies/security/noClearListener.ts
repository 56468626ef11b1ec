import type { KnownResource } from "../judgedResource.ts";
import { findReferred, mentionsOf, namesOf } from "../references.ts";
import { onStack, rule } from "../rule.ts";
import { ifKnown } from "../unknown.ts";
import { balancerTypes, listenerTypes } from "./balancers.ts";

const isRedirect = (action: unknown): boolean =>
  typeof action === "object" && action !== null && Reflect.get(action, "type") === "redirect";

/** A listener that answers HTTP itself instead of sending it to HTTPS. */
const answersInClear = ({ inputs }: KnownResource): boolean => {
  const actions = inputs["defaultActions"];
  return inputs["protocol"] === "HTTP" && !(Array.isArray(actions) && actions.some(isRedirect));
};

const is =
  (types: readonly string[]) =>
  ({ type }: KnownResource): boolean =>
    types.includes(type);

export const noClearListener = rule({
  name: "security-no-clear-listener",
  description: "Load balancers that face the internet must send HTTP on to HTTPS.",
  reason:
    "Everybody on the way can read and change what goes over HTTP, the session of a player first. Judged as soon as both the listener and its load balancer are known; an internal one is let be.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ELB.1"], nist: ["PR.DS-02"] },
  remediation: [
    "Give the listener protocol HTTPS and a certificate.",
    "Keep port 80 only with a default action that redirects to HTTPS.",
  ],
  check: onStack(
    [...listenerTypes, ...balancerTypes],
    (resources, report, { each }) => {
      const balancers = resources.filter(is(balancerTypes));
      each(resources.filter(is(listenerTypes)), (listener) => {
        if (ifKnown(() => answersInClear(listener)) === false) return;
        const balancer = findReferred(listener, "loadBalancerArn", balancers);
        if (balancer === undefined || balancer.inputs["internal"] === true) return;
        if (answersInClear(listener))
          report([balancer, listener], "the listener answers over HTTP, and the internet can reach it");
      });
    },
    {
      keysOf: (resource) =>
        is(listenerTypes)(resource) ? mentionsOf(resource, ["loadBalancerArn"]) : namesOf(resource),
      ways: {
        ...Object.fromEntries(listenerTypes.map((type) => [type, [balancerTypes]])),
        ...Object.fromEntries(balancerTypes.map((type) => [type, [listenerTypes, balancerTypes]])),
      },
    },
  ),
});
