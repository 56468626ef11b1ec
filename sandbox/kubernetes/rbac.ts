import { isProperties, list, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { errors, type FieldError, forbidden, invalid, required, unsupported } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { dnsSubdomain, pathSegment } from "./names.ts";
import { each, filled, having } from "./podDefaults.ts";

const RBAC = "rbac.authorization.k8s.io";
const rbac = { apiVersion: `${RBAC}/v1`, group: RBAC, nameForm: pathSegment } as const;

const role: Kind = {
  ...rbac,
  kind: "Role",
  resource: "roles",
  schema: "IoK8sApiRbacV1Role",
  namespaced: true,
  check: (one) => ruleErrors(list(one, "rules"), true),
};

const clusterRole: Kind = {
  ...rbac,
  kind: "ClusterRole",
  resource: "clusterroles",
  schema: "IoK8sApiRbacV1ClusterRole",
  namespaced: false,
  check: (one) => ruleErrors(list(one, "rules"), false),
};

const roleBinding: Kind = {
  ...rbac,
  kind: "RoleBinding",
  resource: "rolebindings",
  schema: "IoK8sApiRbacV1RoleBinding",
  namespaced: true,
  replacing: ["roleRef"],
  check: (one) => bindingErrors(one, ["Role", "ClusterRole"]),
  complete: ({ wanted }) => completedBinding(wanted),
};

const clusterRoleBinding: Kind = {
  ...rbac,
  kind: "ClusterRoleBinding",
  resource: "clusterrolebindings",
  schema: "IoK8sApiRbacV1ClusterRoleBinding",
  namespaced: false,
  replacing: ["roleRef"],
  check: (one) => bindingErrors(one, ["ClusterRole"]),
  complete: ({ wanted }) => completedBinding(wanted),
};

function ruleErrors(rules: readonly Value[], namespaced: boolean): FieldError[] {
  return rules.flatMap((rule, i) => (isProperties(rule) ? oneRule(rule, `rules[${i}]`, namespaced) : []));
}

function oneRule(rule: Properties, field: string, namespaced: boolean): FieldError[] {
  const has = (name: string): boolean => rule[name] !== undefined && !isEmpty(rule[name]);
  const urls = has("nonResourceURLs");
  return errors(
    !has("verbs") && required(`${field}.verbs`, "verbs must contain at least one value"),
    urls && namespaced
      ? invalid(
          `${field}.nonResourceURLs`,
          texts(rule["nonResourceURLs"]),
          "namespaced rules cannot apply to non-resource URLs",
        )
      : undefined,
    urls && !namespaced && (has("resources") || has("apiGroups"))
      ? invalid(`${field}.nonResourceURLs`, [], "rules cannot apply to both regular resources and non-resource URLs")
      : undefined,
    !urls && !has("apiGroups") && required(`${field}.apiGroups`, "resource rules must supply at least one api group"),
    !urls && !has("resources") && required(`${field}.resources`, "resource rules must supply at least one resource"),
  );
}

function isEmpty(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function bindingErrors(binding: Properties, kinds: readonly string[]): FieldError[] {
  const ref = object(binding, "roleRef");
  const { apiGroup, kind, name } = ref;
  return errors(
    typeof apiGroup === "string" && apiGroup !== RBAC && unsupported("roleRef.apiGroup", apiGroup, [RBAC]),
    typeof kind === "string" && !kinds.includes(kind) && unsupported("roleRef.kind", kind, kinds),
    name === "" && required("roleRef.name"),
    list(binding, "subjects").flatMap((subject, i) =>
      isProperties(subject) ? subjectErrors(subject, `subjects[${i}]`) : [],
    ),
  );
}

function subjectErrors(subject: Properties, field: string): FieldError[] {
  const { kind, namespace, apiGroup } = subject;
  const name = text(subject, "name");
  const account = kind === "ServiceAccount";
  const bad = name === undefined || !account ? undefined : dnsSubdomain(name);
  const known = account || kind === "User" || kind === "Group";
  return errors(
    name === "" && required(`${field}.name`),
    typeof kind === "string" && !known && unsupported(`${field}.kind`, kind, ["ServiceAccount", "User", "Group"]),
    bad !== undefined && invalid(`${field}.name`, name, bad),
    account && (namespace === undefined || namespace === "") && required(`${field}.namespace`),
    account && typeof apiGroup === "string" && apiGroup !== "" && unsupported(`${field}.apiGroup`, apiGroup, [""]),
    !account && known && namespace !== undefined && namespace !== ""
      ? forbidden(`${field}.namespace`, "may be set for service accounts only")
      : undefined,
  );
}

function completedBinding(binding: Properties): Properties {
  return having(binding, {
    roleRef: filled(binding["roleRef"], { apiGroup: RBAC }),
    subjects: each(binding["subjects"], (subject) =>
      subject["kind"] === "ServiceAccount" ? subject : { apiGroup: RBAC, ...subject },
    ),
  });
}

export const accessControl: readonly Kind[] = [role, clusterRole, roleBinding, clusterRoleBinding];
