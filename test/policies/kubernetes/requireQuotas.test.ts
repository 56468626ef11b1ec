import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { namespace } from "../fixtures/namespaces.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "kubernetes-require-quotas");
const metadata = { name: "it", namespace: "game" };
const role = (verbs: unknown, within = "game") =>
  known("kubernetes:rbac.authorization.k8s.io/v1:Role", "role", {
    metadata: { ...metadata, namespace: within },
    rules: [{ apiGroups: ["batch"], resources: ["jobs"], verbs }],
  });
const binding = (name: string) =>
  known("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "binding", { metadata, roleRef: { name } });
const quota = known("kubernetes:core/v1:ResourceQuota", "quota", { metadata });
const defaults = known("kubernetes:core/v1:LimitRange", "defaults", { metadata });
const fault = ["namespace: it has no ResourceQuota and no LimitRange"];

it("asks for a quota and for limits where others may make pods", () => {
  expect(judge([namespace(), role(["create"])])).toEqual(fault);
  expect(judge([namespace(), binding("edit")])).toEqual(fault);
  expect(judge([namespace(), role(["create"]), quota])).toEqual(["namespace: it has no LimitRange"]);
  expect(judge([namespace(), role(["create"]), quota, defaults])).toEqual([]);
});

it("asks nothing where only the program does", () => {
  expect(judge([namespace()])).toEqual([]);
  expect(judge([namespace(), role(["get"])])).toEqual([]);
  expect(judge([namespace(), role(["create"], "elsewhere")])).toEqual([]);
  expect(judge([namespace(), binding("view")])).toEqual([]);
});

it("waits for rights that are not known yet", () => {
  expect(judge([namespace(), role(UNKNOWN)])).toEqual(["role: unknown"]);
});
