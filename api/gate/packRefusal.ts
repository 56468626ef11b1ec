import { pack, remedyOf, type Verdict } from "../../policies/index.ts";

/** A mandatory word of a pack, as an engine's event has it. */
export interface PackWord {
  readonly policy: string;
  readonly pack: string;
  readonly urn: string;
  readonly resourceType: string;
  /** With the engine's directives for colours. */
  readonly message: string;
}

export interface PackRefusal {
  readonly verdict: Verdict;
  /** Whether only all of a stack together could tell. */
  readonly whole: boolean;
}

/** What the gate would say in the words of Meridian's pack; undefined for the word of another pack. */
export function packRefusal({ message, ...word }: PackWord): PackRefusal | undefined {
  const rule = pack.rules.find(({ name }) => name === word.policy);
  if (word.pack !== pack.name || rule === undefined) return undefined;
  const verdict: Verdict = {
    ...word,
    packVersion: pack.version,
    level: "mandatory",
    severity: rule.severity,
    outcome: "fail",
    message: message.replaceAll(/<\{%\w+%\}>/g, "").trim(),
    remediation: remedyOf(rule),
    phase: "preview",
  };
  return { verdict, whole: "on" in rule.check && rule.check.on === "whole-stack" };
}
