import type { Properties } from "../../sandbox/model/values.ts";

export const trustStatement: Properties = {
  Effect: "Allow",
  Principal: { Service: "eks.amazonaws.com" },
  Action: "sts:AssumeRole",
};
export const readStatement: Properties = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };

/** A policy of one statement, with one part of it changed; `undefined` takes a part away. */
export function policyOf(statement: Properties, changed: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...changed }] });
}

export const trust = policyOf(trustStatement);
export const read = policyOf(readStatement);
