import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { environmentOf } from "./environmentOf.ts";
import { listControls } from "./frameworks.ts";
import { createJudge, type Pack } from "./judge.ts";
import type { JudgeContext, JudgedResource, KnownResource, Properties, Verdict } from "./judgedResource.ts";
import { type Rule, remedyOf } from "./rule.ts";
import { UNKNOWN } from "./unknown.ts";

type StackTags = ReadonlyMap<string, string>;

/**
 * The rules of a pack as CrossGuard policies. Rules on deletion are left out: the engine shows a pack no deletion, and a
 * policy that is listed and never asked would get a green tick.
 */
export function crossGuardPolicies(pack: Pack): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const judge = createJudge(pack);
  return pack.rules.flatMap((rule): (ResourceValidationPolicy | StackValidationPolicy)[] => {
    if (!("on" in rule.check)) {
      const types = new Set(rule.check.flatMap((check) => check.types));
      const validateResource = (args: ResourceValidationArgs, report: ReportViolation): void => {
        if (!types.has(args.type)) args.notApplicable("no rule on this type");
        say(judge.judgeRule(rule, judgedResource(args), contextOf(args.urn, args.stackTags)), report);
      };
      return [{ ...metadata(rule), validateResource }];
    }
    if (rule.check.on === "deletion") return [];
    const { judgeStack } = createJudge({ ...pack, rules: [rule] });
    const { types } = rule.check;
    const validateStack = (args: StackValidationArgs, report: ReportViolation): void => {
      const resources = args.resources.filter(({ type }) => types.includes(type));
      const [first] = resources;
      if (first === undefined) return;
      say(judgeStack(resources.map(knownResource), contextOf(first.urn, args.stackTags)), report);
    };
    return [{ ...metadata(rule), validateStack }];
  });
}

const metadata = (rule: Rule) => {
  const [control] = listControls(rule.controls);
  return {
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
 * (a value not known yet is advice, a broken rule is a refusal), and only there the message is left as it is.
 */
const say = (verdicts: readonly Verdict[], report: ReportViolation): void => {
  for (const { message, level, urn } of verdicts) {
    const violation = { message, enforcementLevel: level, urn };
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
