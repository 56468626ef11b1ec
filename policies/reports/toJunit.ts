import type { Verdict } from "../judgedResource.ts";
import type { Judgement } from "./judgement.ts";

/**
 * JUnit's XML, as CI systems read it: a suite for each rule that was asked, with a case for each verdict or one that says that it
 * has none. A refusal is a failure, what is not known yet is skipped; advice and what is exempted pass, and say so.
 */
export function toJunit({ project, stack, verdicts, rulesAsked }: Judgement): string {
  const byRule = Map.groupBy(verdicts, ({ policy }) => policy);
  const suites = [...new Set([...rulesAsked, ...byRule.keys()])].map((rule) => suite(rule, byRule.get(rule) ?? []));
  const total = `${counts(verdicts, suites.length - byRule.size)}`;
  const name = attribute("name", `Meridian ${project}/${stack}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${name}${total}>\n${suites.join("")}</testsuites>\n`;
}

function suite(rule: string, verdicts: readonly Verdict[]): string {
  const cases =
    verdicts.length === 0
      ? [`    <testcase${attribute("classname", rule)}${attribute("name", "no fault")} time="0"/>\n`]
      : verdicts.map((verdict, index) => testCase(verdict, nameOf(verdicts, index)));
  return `  <testsuite${attribute("name", rule)}${counts(verdicts, cases.length - verdicts.length)}>\n${cases.join("")}  </testsuite>\n`;
}

const counts = (verdicts: readonly Verdict[], passed: number): string =>
  ` tests="${verdicts.length + passed}" failures="${verdicts.filter(isFailure).length}" errors="0" skipped="${verdicts.filter(isSkipped).length}" time="0"`;

const isFailure = ({ level }: Verdict): boolean => level === "mandatory";
const isSkipped = (verdict: Verdict): boolean => !isFailure(verdict) && verdict.outcome === "unknown";

/** A second fault of a resource has a name of its own: GitLab shows only the first case of a name. */
function nameOf(verdicts: readonly Verdict[], index: number): string {
  const urn = verdicts[index]?.urn ?? "";
  const before = verdicts.slice(0, index).filter((other) => other.urn === urn).length;
  return before === 0 ? urn : `${urn} (${before + 1})`;
}

function testCase(verdict: Verdict, name: string): string {
  const { policy, message, remediation, severity } = verdict;
  const head = `    <testcase${attribute("classname", policy)}${attribute("name", name)} time="0">`;
  const said = attribute("message", message);
  const body = isFailure(verdict)
    ? `<failure${said}${attribute("type", severity)}>${escaped(`${message}\nRemedy: ${remediation}`)}</failure>`
    : isSkipped(verdict)
      ? `<skipped${said}/>`
      : `<system-out>${escaped(`${verdict.outcome === "exempted" ? "exempted" : "advice"}: ${message}`)}</system-out>`;
  return `${head}\n      ${body}\n    </testcase>\n`;
}

const attribute = (name: string, value: string): string => ` ${name}="${escaped(value).replaceAll("\n", "&#10;")}"`;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 has no way to write most control characters, nor halves of characters. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, " ")
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
