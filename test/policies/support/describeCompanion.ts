import { describe, expect, it } from "vitest";
import { type JudgeContext, UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "./wholeStack.ts";

interface AskedBeside {
  readonly policy: string;
  /** What stands at fault where it stands alone. */
  readonly type: string;
  readonly companion: string;
  /** Where the companion names it. */
  readonly property: string;
  readonly message: string;
  /** Where the rule asks. */
  readonly environments: readonly JudgeContext["environment"][];
}

/** What holds for every rule that asks for something beside each thing of a type. */
export function describeCompanion({ policy, type, companion, property, message, environments }: AskedBeside): void {
  describe(policy, () => {
    const one = known(type, "one", {});
    const other = known(type, "other", {});

    it("says so of each that stands alone", () => {
      const beside = known(companion, "beside", { [property]: "one-id" });
      expect(judgeWhole(policy, [one, other, beside])).toEqual([`other: ${message}`]);
    });

    it("takes a dependency for a name where the id is not known yet", () => {
      const beside = known(
        companion,
        "beside",
        { [property]: UNKNOWN },
        { propertyDependencies: { [property]: [one.urn] } },
      );
      expect(judgeWhole(policy, [one, beside])).toEqual([]);
      expect(judgeWhole(policy, [one, other, beside])).toEqual([`other: ${message}`]);
    });

    it("does not know whom one is for whose name is not known and comes from nowhere", () => {
      const beside = known(companion, "beside", { [property]: UNKNOWN });
      expect(judgeWhole(policy, [one, beside])).toEqual([`beside: unknown`]);
    });

    it("finds by ARN and by the name in the program too", () => {
      const named = { ...known(type, "named", { bucket: "by-name", name: "by-name" }), outputs: { arn: "arn:by:arn" } };
      for (const value of ["by-name", "arn:by:arn"])
        expect(judgeWhole(policy, [named, known(companion, "beside", { [property]: value })])).toEqual([]);
      expect(judgeWhole(policy, [named, known(companion, "beside", { [property]: "another" })])).toHaveLength(1);
    });

    it("asks where it should", () => {
      const all = ["development", "staging", "production"] as const;
      expect(all.filter((environment) => judgeWhole(policy, [one], { environment }).length === 1)).toEqual(
        environments,
      );
    });
  });
}
