import type { Draft } from "../model/model.ts";
import { object, type Properties, text } from "../model/values.ts";

/** The DNS name of the load balancer that AWS's controller makes for a service or an ingress: from the object's uid, as it does. */
export function loadBalancerName(object_: Properties, draft: Draft | undefined): string {
  const uid = text(object(object_, "metadata"), "uid") ?? "";
  const name = `a${uid.replaceAll("-", "").slice(0, 31)}`;
  return `${name}.${draft?.place.region ?? "region"}.elb.amazonaws.com`;
}
