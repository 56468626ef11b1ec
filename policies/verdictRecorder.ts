import type { JudgeContext, KnownResource, Level, Verdict } from "./judgedResource.ts";
import { pathText } from "./propertyPath.ts";
import { type Rule, remedyOf } from "./rule.ts";
import { UnknownValue } from "./unknown.ts";

type Target = Pick<KnownResource, "urn" | "type">;

type Targets = readonly [Target, ...Target[]];

export interface VerdictRecorder {
  readonly fail: (target: Target, message: string, figure?: number) => void;
  /** Runs a check of these resources to its end; a value not known yet and a rule that breaks become verdicts. */
  readonly run: (targets: Targets, check: () => void) => void;
  /** Runs a check part by part: a value not known yet becomes a verdict, and the next part runs. */
  readonly each: <T>(
    targets: Targets,
    items: readonly T[] | undefined,
    visit: (item: T, index: number) => void,
  ) => void;
}

interface Recording {
  readonly pack: { readonly name: string; readonly version: string };
  readonly rule: Rule;
  /** The rule's own, or what is set. */
  readonly level: Level;
  readonly context: JudgeContext;
  readonly verdicts: Verdict[];
}

/** Turns what one rule says into verdicts. */
export function recordVerdicts({ pack, rule, level: ruleLevel, context, verdicts }: Recording): VerdictRecorder {
  const record = (target: Target, said: Pick<Verdict, "level" | "outcome" | "message" | "figure">): void => {
    verdicts.push({
      policy: rule.name,
      pack: pack.name,
      packVersion: pack.version,
      severity: rule.severity,
      urn: target.urn,
      resourceType: target.type,
      remediation: remedyOf(rule),
      phase: context.phase,
      ...said,
    });
  };

  const recordUnknown = (targets: Targets, { urn, path }: UnknownValue): void => {
    // Outside a preview nothing is unknown any more, so a rule that still cannot see is a rule that was not obeyed.
    const level: Level = context.phase === "preview" ? "advisory" : ruleLevel;
    const target = targets.find((candidate) => candidate.urn === urn) ?? targets[0];
    record(target, { level, outcome: "unknown", message: `${pathText(path)} is not known yet: judged when it is` });
  };

  // The rule's own error is left out: it may quote a value of the resource.
  const recordBroken = (target: Target): void =>
    record(target, {
      level: "mandatory",
      outcome: "fail",
      message: `rule failed: ${rule.name} could not judge this resource, so it is refused`,
    });

  return {
    fail: (target, message, figure) =>
      record(target, { level: ruleLevel, outcome: "fail", message, ...(figure !== undefined && { figure }) }),
    run(targets, check) {
      try {
        check();
      } catch (error) {
        if (error instanceof UnknownValue) recordUnknown(targets, error);
        else recordBroken(targets[0]);
      }
    },
    each(targets, items, visit) {
      for (let index = 0; index < (items?.length ?? 0); index += 1) {
        try {
          // Read in here, since the item itself may be what is unknown. The index is in range, hence the cast.
          visit(items?.[index] as (typeof items & object)[number], index);
        } catch (error) {
          if (!(error instanceof UnknownValue)) throw error;
          recordUnknown(targets, error);
        }
      }
    },
  };
}
