import { type PackAnswer, type PackError, type PackResource, readPackValue } from "../../runner/packs/index.ts";
import { hideSecrets, type KnownResource, type StepContext, type Verdict } from "../gate/index.ts";
import type { AssignedPack } from "./assignmentStore.ts";

/** What a verdict is about. */
interface Judged {
  readonly urn: string;
  readonly type: string;
}

/** A resource as packs see it: the values of secrets are never given. */
export function packResource(
  resource: KnownResource & { readonly parent?: string; readonly provider?: string },
): PackResource {
  const { urn, type, name, protect = false, parent, provider, propertyDependencies } = resource;
  return {
    urn,
    type,
    name,
    // An object stays one.
    properties: readPackValue(hideSecrets(resource)) as PackResource["properties"],
    protect,
    ...(parent !== undefined && { parent }),
    ...(provider !== undefined && { provider }),
    ...(propertyDependencies && { propertyDependencies }),
  };
}

/** What a pack's answer about one resource, or about a stack, is worth: without a judgement nothing is done. */
export function verdictsOf(
  pack: AssignedPack,
  answer: PackAnswer,
  {
    context,
    judged,
    among,
  }: { readonly context: StepContext; readonly judged: Judged; readonly among?: readonly Judged[] },
): readonly Verdict[] {
  const common = { pack: pack.name, packVersion: pack.version, phase: context.phase };
  if (answer.error !== undefined) return [{ ...common, ...unjudged(pack, answer.error), ...about(judged) }];
  return answer.findings.map(({ policy, level, severity, message, unknown, urn }) => {
    const rule = pack.policies.find(({ name }) => name === policy);
    const given = unknown && rule !== undefined && rule.level !== "disabled" ? rule.level : level;
    return {
      ...common,
      policy,
      // A preview is followed by an update, in which the value is known.
      level: unknown && context.phase === "preview" ? "advisory" : (pack.level ?? given),
      severity: severity ?? rule?.severity ?? "medium",
      outcome: unknown ? "unknown" : "fail",
      message: message.trim(),
      remediation:
        rule?.remediation ?? `See the rule ${policy} of the pack ${pack.name}: GET /v1/policy-packs/${pack.name}.`,
      ...about(among?.find((each) => each.urn === urn) ?? judged),
    };
  });
}

const about = ({ urn, type }: Judged) => ({ urn, resourceType: type });

const words = {
  "not-loaded": "cannot be loaded",
  threw: "failed",
  hung: "does not answer",
  died: "died",
  nonsense: "answers what cannot be believed",
} as const;

function unjudged({ name, version, level }: AssignedPack, { fault, rule, message }: PackError) {
  const where = rule === undefined ? "" : ` in its rule ${rule}`;
  return {
    policy: `gate-pack-${fault}`,
    // A pack that is tried out stops nothing, broken or not.
    level: level ?? ("mandatory" as const),
    severity: "critical" as const,
    outcome: "unknown" as const,
    message: `the pack ${name} ${version} ${words[fault]}${where} (${message}), and what is not judged is not done`,
    remediation: `Mend the pack and assign a new version, or take its assignment away (GET /v1/pack-assignments).`,
  };
}
