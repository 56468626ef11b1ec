import { createHash } from "node:crypto";
import { listControls } from "../frameworks.ts";
import type { Severity, Verdict } from "../judgedResource.ts";
import { type Rule, remedyOf } from "../rule.ts";
import type { Judgement } from "./judgement.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** As code scanning sorts them: over 9 critical, over 7 high, over 4 medium (GitHub, "SARIF support for code scanning"). */
const scores: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

/**
 * SARIF 2.1.0 (OASIS), as code scanning takes it: each verdict a result. What is not known yet is `open`, what is exempted is a
 * failure that is suppressed. A result says of which resource it is; in which file that is made, only who has the program knows.
 */
export function toSarif(judgement: Judgement, rules: readonly Rule[], version: string): object {
  const { verdicts, rulesAsked, project, stack, digest } = judgement;
  const told = rules.filter(({ name }) => rulesAsked.includes(name) || verdicts.some(({ policy }) => policy === name));
  const others = verdicts.filter(({ policy }) => !told.some(({ name }) => name === policy));
  const described = [
    ...told.map(describe),
    ...[...Map.groupBy(others, ({ policy }) => policy).values()].flatMap(([first]) =>
      first === undefined ? [] : [describeOther(first)],
    ),
  ];
  const indexOf = new Map(described.map(({ id }, index) => [id, index]));
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Meridian", semanticVersion: version, rules: described } },
        automationDetails: { id: `meridian/${project}/${stack}/` },
        invocations: [{ executionSuccessful: true }],
        columnKind: "utf16CodeUnits",
        results: verdicts.map((verdict, index) => ({
          ...result(verdict, indexOf.get(verdict.policy) ?? 0),
          partialFingerprints: fingerprints(verdicts, index),
        })),
        properties: { bundle: digest },
      },
    ],
  };
}

const describe = (rule: Rule) => {
  const { name, description, reason, level, severity, controls } = rule;
  const numbers = listControls(controls).map(({ framework, control }) => `${framework} ${control}`);
  return {
    id: name,
    shortDescription: { text: description },
    fullDescription: { text: reason },
    help: {
      text: `${description} ${reason} Remedy: ${remedyOf(rule)}`,
      markdown: [
        description,
        `**Why.** ${reason}`,
        `**Remedy.**\n${rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n")}`,
        `**Controls.** ${numbers.join("; ")}`,
      ].join("\n\n"),
    },
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: { tags: ["policy", ...numbers], "security-severity": scores[severity] },
  };
};

/** A rule of another pack is known by what it said. */
const describeOther = ({ policy, pack, severity, remediation }: Verdict) => ({
  id: policy,
  shortDescription: { text: `${policy} of the pack ${pack}` },
  help: { text: remediation || policy },
  defaultConfiguration: { level: "error" },
  properties: { tags: ["policy"], "security-severity": scores[severity] },
});

function result(verdict: Verdict, ruleIndex: number): object {
  const { policy, level, outcome, message, urn, resourceType, remediation, exemption } = verdict;
  const refused = level === "mandatory";
  // The level of what is not a failure is "none" (section 3.27.10); a refusal of the unknown fails all the same.
  const [kind, shown] = outcome === "unknown" && !refused ? ["open", "none"] : ["fail", refused ? "error" : "warning"];
  const name = urn.split("::").slice(3).join("::") || urn;
  return {
    ruleId: policy,
    ruleIndex,
    kind,
    level: shown,
    message: { text: `${resourceType} "${name}": ${message}. Remedy: ${remediation}` },
    locations: [{ logicalLocations: [{ fullyQualifiedName: urn, name, kind: "resource" }] }],
    ...(outcome === "exempted" && {
      suppressions: [
        {
          kind: "external",
          status: "accepted",
          justification: message,
          ...(exemption && { properties: { exemption } }),
        },
      ],
    }),
  };
}

/**
 * The same fault of the same resource is the same alert in the next run, whatever its words: the first, the second of a rule there.
 * Code scanning knows one name of these only (GitHub, "SARIF support for code scanning"); without it, its upload takes the line's
 * text, so that all faults of a rule, which stand on one line, were one alert.
 */
function fingerprints(verdicts: readonly Verdict[], index: number): Readonly<Record<string, string>> {
  const { policy, urn } = verdicts[index] ?? { policy: "", urn: "" };
  const before = verdicts.slice(0, index).filter((other) => other.policy === policy && other.urn === urn).length;
  const print = createHash("sha256").update(`${policy}\0${urn}\0${before}`).digest("hex");
  return { "meridianVerdict/v1": print, primaryLocationLineHash: `${print.slice(0, 16)}:1` };
}
