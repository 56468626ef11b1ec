import type { JudgeContext, KnownResource, Level, Verdict } from "./judgedResource.ts";
import { pathText } from "./propertyPath.ts";
import type { Rule } from "./rule.ts";
import { UnknownValue } from "./unknown.ts";

type Target = Pick<KnownResource, "urn" | "type">;

export interface VerdictRecorder {
  readonly fail: (target: Target, message: string) => void;
  /** Runs a check to its end; a value not known yet and a rule that breaks become verdicts. */
  readonly run: (targets: readonly [Target, ...Target[]], check: () => void) => void;
  /** Runs a part of a check: a value not known yet becomes a verdict, and the rest goes on. */
  readonly part: (target: Target, check: () => void) => void;
}

interface Recording {
  readonly pack: { readonly name: string; readonly version: string };
  readonly rule: Rule;
  readonly context: JudgeContext;
  readonly verdicts: Verdict[];
}

/** Turns what one rule says into verdicts. */
export function recordVerdicts({ pack, rule, context, verdicts }: Recording): VerdictRecorder {
  const record = (target: Target, said: Pick<Verdict, "level" | "outcome" | "message">): void => {
    verdicts.push({
      policy: rule.name,
      pack: pack.name,
      packVersion: pack.version,
      severity: rule.severity,
      urn: target.urn,
      resourceType: target.type,
      remediation: rule.remediation,
      phase: context.phase,
      ...said,
    });
  };

  const recordUnknown = (target: Target, { path }: UnknownValue): void => {
    // Outside a preview nothing is unknown any more, so a rule that still cannot see is a rule that was not obeyed.
    const level: Level = context.phase === "preview" ? "advisory" : rule.level;
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
    fail: (target, message) => record(target, { level: rule.level, outcome: "fail", message }),
    run(targets, check) {
      try {
        check();
      } catch (error) {
        if (!(error instanceof UnknownValue)) recordBroken(targets[0]);
        else recordUnknown(targets.find(({ urn }) => urn === error.urn) ?? targets[0], error);
      }
    },
    part(target, check) {
      try {
        check();
      } catch (error) {
        if (!(error instanceof UnknownValue)) throw error;
        recordUnknown(target, error);
      }
    },
  };
}
