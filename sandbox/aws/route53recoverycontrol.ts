import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { list, object, type Properties, text, texts } from "../model/values.ts";
import { tagsRule } from "./tags.ts";

const CLUSTER = "aws:route53recoverycontrol/cluster:Cluster";
const PANEL = "aws:route53recoverycontrol/controlPanel:ControlPanel";
export const CONTROL = "aws:route53recoverycontrol/routingControl:RoutingControl";
const RULE = "aws:route53recoverycontrol/safetyRule:SafetyRule";
/** The switch itself, which only the cluster's data plane knows: no provider makes it, and a refresh never sees it. */
const CONTROL_STATE = "aws:route53recoverycluster/routingControlState:RoutingControlState";

const CONFLICT = "ConflictException";

/** Source of the codes: ARC recovery control configuration API reference, the errors of each action. */
const recoverycontrol: Service = {
  name: "route53recoverycontrol",
  codes: {
    missing: "ValidationException",
    invalid: "ValidationException",
    notFound: "ResourceNotFoundException",
    inUse: CONFLICT,
    throttled: "ThrottlingException",
  },
};

/** Where a cluster answers. Source: ARC developer guide, "Recovery control components": five regions, one endpoint each. */
const ENDPOINT_REGIONS = ["us-east-1", "ap-northeast-1", "eu-west-1", "ap-southeast-2", "us-west-2"];

/** Fields that a name may have. Source: the API's own schema. */
const named = { name: { pattern: "^\\S+$", minLength: 1, maxLength: 64 } } as const;
const deployed = { status: () => "DEPLOYED" };

const cluster: ResourceModel = {
  type: CLUSTER,
  service: recoverycontrol,
  scope: "account",
  inputs: inputsOf(CLUSTER, { ...named, tags: { ...tagsRule("ValidationException"), immutable: false } }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: CONFLICT }],
  id: ({ place, cloud }) => `arn:aws:route53-recovery-control::${place.account}:cluster/${cloud.random.uuid()}`,
  outputs: {
    arn: ({ id }) => id,
    ...deployed,
    clusterEndpoints: ({ cloud }) =>
      ENDPOINT_REGIONS.map((region) => ({
        endpoint: `https://host-${cloud.random.hex(6)}.${region}.cluster.routing-control.sandbox.invalid/v1`,
        region,
      })),
  },
  keys: ["arn"],
  seconds: { create: 240, update: 5, delete: 120 },
};

const controlPanel: ResourceModel = {
  type: PANEL,
  service: recoverycontrol,
  scope: "account",
  inputs: inputsOf(PANEL, {
    ...named,
    clusterArn: { ref: { type: CLUSTER, by: "arn", code: "ResourceNotFoundException" } },
    tags: { ...tagsRule("ValidationException"), immutable: false },
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["clusterArn", "name"], code: CONFLICT }],
  id: ({ place, cloud }) => `arn:aws:route53-recovery-control::${place.account}:controlpanel/${cloud.random.hex(32)}`,
  outputs: {
    arn: ({ id }) => id,
    ...deployed,
    defaultControlPanel: () => false,
    routingControlCount: () => 0,
  },
  keys: ["arn"],
  seconds: { create: 10, delete: 10 },
};

const routingControl: ResourceModel = {
  type: CONTROL,
  service: recoverycontrol,
  scope: "account",
  inputs: inputsOf(CONTROL, {
    ...named,
    clusterArn: { ref: { type: CLUSTER, by: "arn", code: "ResourceNotFoundException" } },
    // The default panel of a cluster is not modelled.
    controlPanelArn: { required: true, ref: { type: PANEL, by: "arn", code: "ResourceNotFoundException" } },
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["controlPanelArn", "name"], code: CONFLICT }],
  id: ({ inputs, cloud }) => `${text(inputs, "controlPanelArn")}/routingcontrol/${cloud.random.hex(16)}`,
  outputs: { arn: ({ id }) => id, ...deployed },
  // A new switch is off. Source: ARC developer guide, "Creating routing control components".
  companions: ({ id }) => {
    const state = { routingControlArn: id, routingControlState: "Off" };
    return [{ type: CONTROL_STATE, id, inputs: state, outputs: state }];
  },
  keys: ["arn"],
  seconds: { create: 10, delete: 10 },
};

/** What UpdateRoutingControlState of the cluster's data plane changes. Source: ARC routing control API reference. */
const routingControlState: ResourceModel = {
  type: CONTROL_STATE,
  service: recoverycontrol,
  scope: "account",
  inputs: {
    routingControlArn: { kind: "string", required: true, immutable: true },
    routingControlState: { kind: "string", required: true, enum: ["On", "Off"] },
  },
  refuse: againstSafetyRule,
  id: ({ inputs }) => text(inputs, "routingControlArn") ?? "",
};

/** A change of a switch that a safety rule asserts against. Source: ARC developer guide, "Safety rules for routing control". */
function againstSafetyRule({ inputs, cloud }: Draft): Problem | undefined {
  const control = text(inputs, "routingControlArn") ?? "";
  const isOn = (arn: string): boolean =>
    (arn === control ? inputs : (cloud.find(CONTROL_STATE, arn)?.outputs ?? {}))["routingControlState"] === "On";
  const broken = cloud
    .all(RULE)
    .find(({ inputs: rule }) => texts(rule["assertedControls"]).includes(control) && !holds(rule, isOn));
  if (broken === undefined) return undefined;
  const message = `the safety rule ${text(broken.outputs, "name")} does not allow this change of state`;
  return { code: CONFLICT, message, property: "routingControlState" };
}

function holds(rule: Properties, isOn: (arn: string) => boolean): boolean {
  const { type, threshold, inverted } = object(rule, "ruleConfig");
  const controls = texts(rule["assertedControls"]);
  const on = controls.filter(isOn).length;
  const needed = type === "AND" ? controls.length : type === "OR" ? 1 : Number(threshold);
  return on >= needed !== (inverted === true);
}

const ofControl = {
  immutable: true,
  items: { ref: { type: CONTROL, by: "arn", code: "ResourceNotFoundException" } },
};

const safetyRule: ResourceModel = {
  type: RULE,
  service: recoverycontrol,
  scope: "account",
  inputs: inputsOf(RULE, {
    ...named,
    controlPanelArn: { immutable: true, ref: { type: PANEL, by: "arn", code: "ResourceNotFoundException" } },
    assertedControls: ofControl,
    gatingControls: ofControl,
    targetControls: ofControl,
    ruleConfig: { immutable: true },
    waitPeriodMs: { min: 0 },
    tags: tagsRule("ValidationException"),
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["controlPanelArn", "name"], code: CONFLICT }],
  check: wrongControls,
  refuse: otherPanel,
  id: ({ inputs, cloud }) => `${text(inputs, "controlPanelArn")}/safetyrule/${cloud.random.hex(16)}`,
  outputs: { arn: ({ id }) => id, ...deployed },
  keys: ["arn"],
  seconds: { create: 10, delete: 10 },
};

/** A rule asserts something of its controls, or gates some by others; never both. */
function wrongControls(inputs: Properties): readonly Problem[] {
  const given = (name: string): boolean => inputs[name] !== undefined;
  const asserts = given("assertedControls");
  const gates = given("gatingControls") || given("targetControls");
  const problem = (message: string, property: string): readonly Problem[] => [
    { code: "ValidationException", message, property },
  ];
  if (asserts === gates)
    return problem("a safety rule has asserted controls, or gating and target controls", "assertedControls");
  const { type, threshold } = object(inputs, "ruleConfig");
  const counted = list(inputs, asserts ? "assertedControls" : "gatingControls").length;
  if (type !== "ATLEAST" || counted === 0 || Number(threshold) <= counted) return [];
  return problem(`a threshold of ${Number(threshold)} can never be met by ${counted} controls`, "ruleConfig");
}

function otherPanel({ inputs }: Draft): Problem | undefined {
  const panel = text(inputs, "controlPanelArn") ?? "";
  const all = ["assertedControls", "gatingControls", "targetControls"].flatMap((name) => texts(inputs[name]));
  const strange = all.find((arn) => !arn.startsWith(`${panel}/`));
  if (strange === undefined) return undefined;
  return {
    code: "ValidationException",
    message: `${strange} is of another control panel`,
    property: "controlPanelArn",
  };
}

/** Amazon Application Recovery Controller: routing control. */
export const recoverycontrolModels: readonly ResourceModel[] = [
  cluster,
  controlPanel,
  routingControl,
  routingControlState,
  safetyRule,
];
