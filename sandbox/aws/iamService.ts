import type { CloudView, Service } from "../model/model.ts";
import type { PropertyRule } from "../model/rule.ts";

/** Source of the codes: AWS IAM API reference, "Common errors" and the errors of each action. */
export const iam: Service = {
  name: "iam",
  codes: {
    missing: "ValidationError",
    invalid: "ValidationError",
    notFound: "NoSuchEntity",
    inUse: "DeleteConflict",
    throttled: "Throttling",
  },
};

/** A friendly name of IAM. */
export function iamName(maxLength: number): PropertyRule {
  return { immutable: true, minLength: 1, maxLength, pattern: "^[\\w+=,.@-]+$" };
}

/** The published pattern takes anything that begins with a slash. */
export const iamPath: PropertyRule = { default: "/", immutable: true, pattern: "^/([!-~]+/)?$" };

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A unique id of IAM such as `AROA…`. Source: IAM user guide, "IAM identifiers". */
export function iamId(prefix: string, { random }: CloudView): string {
  return `${prefix}${[...random.bytes(17)].map((byte) => BASE32[byte % 32]).join("")}`;
}
