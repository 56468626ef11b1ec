import type { Place } from "../model/resource.ts";

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export function arn(service: string, place: Place, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
}

/** The ARN of what belongs to an account as a whole: its region is empty. */
export function globalArn(service: string, place: Place, resource: string): string {
  return `arn:aws:${service}::${place.account}:${resource}`;
}
