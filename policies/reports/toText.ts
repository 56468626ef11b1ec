import type { Verdict } from "../judgedResource.ts";
import type { Judgement } from "./judgement.ts";

/** What a person reads: refusals last, next to the prompt, and in one line what it comes to. */
export function toText(judgement: Judgement): string {
  const { verdicts, summary, passed, digest, project, stack, environment } = judgement;
  const blocks = verdicts.toSorted((left, right) => weight(left) - weight(right)).map(block);
  const counted = [
    `${summary.refusals} refused`,
    `${summary.advice} advised`,
    `${summary.unknown} not known yet`,
    `${summary.exempted} exempted`,
  ].join(", ");
  const last =
    `${passed ? "passed" : "denied"}: ${counted}; ${summary.resources} resources of ${project}/${stack} ` +
    `as ${environment}, ${summary.rulesAsked} rules, bundle ${digest}`;
  return `${[...blocks, plain(last)].join("\n")}\n`;
}

const words = { fail: "advice", unknown: "unknown", exempted: "exempted" } as const;
const weight = ({ level, outcome }: Verdict): number =>
  level === "mandatory" ? 3 : { exempted: 0, unknown: 1, fail: 2 }[outcome];

const block = ({ policy, level, severity, outcome, urn, message, remediation }: Verdict): string =>
  [
    `${level === "mandatory" ? "REFUSED" : words[outcome]}  ${policy} (${severity})`,
    `  ${urn}`,
    `  ${message}`,
    ...(outcome === "fail" ? [`  Remedy: ${remediation}`] : []),
  ]
    .map(plain)
    .join("\n");

/** Names come from programs: none may move the cursor of who reads them, or fake a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const plain = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
