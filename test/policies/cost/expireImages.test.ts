import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-expire-images");
const repository = known("aws:ecr/repository:Repository", "servers", { name: "game/servers" });
const lifecycle = (of: unknown) => known("aws:ecr/lifecyclePolicy:LifecyclePolicy", "lifecycle", { repository: of });

it("asks for a lifecycle of each repository", () => {
  expect(judge([repository])).toEqual(["servers: the repository has no lifecycle"]);
  expect(judge([repository, lifecycle("game/servers")])).toEqual([]);
  expect(judge([repository, lifecycle("another")])).toEqual(["servers: the repository has no lifecycle"]);
  expect(judge([repository, lifecycle(UNKNOWN)])).toEqual(["lifecycle: unknown"]);
});
