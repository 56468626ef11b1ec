import type {
  PolicyConfigSchema,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { environmentOf } from "./environmentOf.ts";
import { applyExemptions, type Exemption } from "./exemption.ts";
import { listControls } from "./frameworks.ts";
import { createJudge, type Judge, type Pack } from "./judge.ts";
import type { JudgeContext, JudgedResource, KnownResource, Properties, Verdict } from "./judgedResource.ts";
import { configSchemaOf, readPolicyConfig } from "./policyConfig.ts";
import { type Rule, remedyOf } from "./rule.ts";
import { UNKNOWN } from "./unknown.ts";

type StackTags = ReadonlyMap<string, string>;

/**
 * The rules of a pack as CrossGuard policies. Rules on deletion are left out: the engine shows a pack no deletion, and a
 * policy that is listed and never asked would get a green tick.
 */
export function crossGuardPolicies(pack: Pack): (ResourceValidationPolicy | StackValidationPolicy)[] {
  return pack.rules.flatMap((rule): (ResourceValidationPolicy | StackValidationPolicy)[] => {
    const configured = configurationsOf(pack, rule);
    if (!("on" in rule.check)) {
      const types = new Set(rule.check.flatMap((check) => check.types));
      const validateResource = (args: ResourceValidationArgs, report: ReportViolation): void => {
        if (!types.has(args.type)) args.notApplicable("no rule on this type");
        const { judge, exemptions } = configured(args.getConfig());
        const context = contextOf(args.urn, args.stackTags);
        const verdicts = judge.judgeRule(rule, judgedResource(args), context);
        say(applyExemptions(verdicts, exemptions, context, new Date()), rule, report);
      };
      return [{ ...metadata(rule), validateResource }];
    }
    if (rule.check.on === "deletion") return [];
    const { types } = rule.check;
    const validateStack = (args: StackValidationArgs, report: ReportViolation): void => {
      const resources = args.resources.filter(({ type }) => types.includes(type));
      const [first] = resources;
      if (first === undefined) return;
      const { judge, exemptions } = configured(args.getConfig());
      const context = contextOf(first.urn, args.stackTags);
      const verdicts = judge.judgeStack(resources.map(knownResource), context);
      say(applyExemptions(verdicts, exemptions, context, new Date()), rule, report);
    };
    return [{ ...metadata(rule), validateStack }];
  });
}

/**
 * How one rule judges under the configuration that the SDK hands to each call: anew each time, but for a whole preview the same.
 * The level is not in it: the SDK keeps that to itself, see `say`.
 */
function configurationsOf(pack: Pack, rule: Rule) {
  let last: { readonly text: string; readonly judge: Judge; readonly exemptions: readonly Exemption[] } | undefined;
  return (config: object) => {
    const text = JSON.stringify(config);
    if (last?.text === text) return last;
    const { settings, exemptions, faults } = readPolicyConfig({ [rule.name]: config }, pack.rules);
    if (faults.length > 0) throw new TypeError(`the configuration cannot be taken: ${faults.join("; ")}`);
    last = { text, judge: createJudge({ ...pack, rules: [rule] }, settings), exemptions };
    return last;
  };
}

const metadata = (rule: Rule) => {
  const [control] = listControls(rule.controls);
  return {
    // Another package's form of the same JSON Schema, hence the cast.
    configSchema: { properties: configSchemaOf(rule) } as PolicyConfigSchema,
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: remedyOf(rule),
    ...(control && {
      framework: {
        name: control.framework,
        version: control.version,
        reference: control.control,
        specification: "",
      },
    }),
  };
};

/**
 * Reports in the object form that @pulumi/policy 1.21 takes beside plain text: only there the level is that of the verdict
 * (a value not known yet is advice, a broken rule is a refusal), and only there the message is left as it is. A plain failure
 * is of the level that the engine configured, which the SDK knows and does not tell.
 */
const say = (verdicts: readonly Verdict[], { level: own }: Rule, report: ReportViolation): void => {
  for (const { message, level, urn, outcome } of verdicts) {
    const plain = outcome === "fail" && level === own;
    const violation = { message, urn, ...(!plain && { enforcementLevel: level }) };
    report(violation as unknown as string, urn); // the object form is missing in the declarations
  }
};

const judgedResource = (args: ResourceValidationArgs): JudgedResource => ({
  urn: args.urn,
  type: args.type,
  name: args.name,
  // The engine does not tell a pack which step it is about to take, and asks it only where there are inputs.
  step: "update",
  inputs: plainProperties(args.props),
  secrets: "unmarked",
  protect: args.opts.protect,
  ...(args.opts.parent && { parent: args.opts.parent }),
  ...(args.provider && { provider: args.provider.urn }),
});

const knownResource = (resource: PolicyResource): KnownResource => ({
  urn: resource.urn,
  type: resource.type,
  name: resource.name,
  inputs: plainProperties(resource.props),
  propertyDependencies: Object.fromEntries(
    Object.entries(resource.propertyDependencies).map(([property, sources]) => [
      property,
      sources.map(({ urn }) => urn),
    ]),
  ),
});

/**
 * Copies properties out of the SDK's proxy, which throws for each value that is not known yet. A copy of the whole is made
 * because a rule may read anything; types that no rule reads are not copied.
 */
function plainProperties(props: object): Properties {
  const plain = (read: () => unknown): unknown => {
    let value: unknown;
    try {
      value = read();
    } catch {
      return UNKNOWN;
    }
    if (Array.isArray(value)) return Array.from(value.keys(), (index) => plain(() => value[index]));
    if (typeof value !== "object" || value === null) return value;
    return plainProperties(value);
  };
  const entries = Object.keys(props).map((key) => [key, plain(() => Reflect.get(props, key))] as const);
  // As in readProperties: a null is a property left out.
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** Everything the engine tells a pack about the stack: its tags, and its names in each URN. */
function contextOf(urn: string, tags: StackTags): JudgeContext {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]*)::([^:]*)::/.exec(urn) ?? [];
  const stackSet = tags.get("meridian:stack-set");
  return {
    environment: environmentOf(tags.get("meridian:environment")),
    project,
    stack,
    // A pack meets unknown values in previews only, and only there the phase makes a difference to a verdict.
    phase: "preview",
    ...(stackSet && { stackSet }),
  };
}
