import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-back-up-file-systems");
const files = known("aws:efs/fileSystem:FileSystem", "worlds", { encrypted: true });
const policy = (status: string, fileSystemId: unknown = "worlds-id") =>
  known("aws:efs/backupPolicy:BackupPolicy", "policy", { fileSystemId, backupPolicy: { status } });
const fault = ["worlds: nothing backs it up"];

it("asks for a backup of file systems in production", () => {
  expect(judge([files])).toEqual(fault);
  expect(judge([files], { environment: "staging" })).toEqual([]);
  expect(judge([files, policy("ENABLED")])).toEqual([]);
  expect(judge([files, policy("DISABLED")])).toEqual(fault);
  expect(judge([files, policy("ENABLED", "another")])).toEqual(fault);
  expect(judge([files, policy("ENABLED", UNKNOWN)])).toEqual(["policy: unknown"]);
});

it("takes a selection of a backup plan for cover", () => {
  expect(judge([files, known("aws:backup/selection:Selection", "all", { planId: "p-1" })])).toEqual([]);
});
