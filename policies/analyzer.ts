import grpc, { type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { environmentOf } from "./environmentOf.ts";
import { applyExemptions, type Exemption } from "./exemption.ts";
import { listControls } from "./frameworks.ts";
import { createJudge, type Judge } from "./judge.ts";
import type { JudgeContext, JudgedResource, KnownResource, Verdict } from "./judgedResource.ts";
import { pack } from "./pack.ts";
import { configSchemaOf, readPolicyConfig } from "./policyConfig.ts";
import { readProperties } from "./readProperties.ts";
import { type Rule, remedyOf } from "./rule.ts";

const LARGEST_MESSAGE = 400 * 1024 * 1024;
const { EnforcementLevel, PolicySeverity, PolicyType } = messages;
const levels = { advisory: EnforcementLevel.ADVISORY, mandatory: EnforcementLevel.MANDATORY } as const;
const severities = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
} as const;

/** Rules that an engine can ask about: it shows a pack no deletion, and a rule never asked would get a green tick. */
const rules = pack.rules.filter(({ check }) => !("on" in check && check.on === "deletion"));

/** What an engine has configured for its run. */
interface Configured {
  readonly judge: Judge;
  readonly exemptions: readonly Exemption[];
}

export interface AnalyzerOptions {
  /** Asked at each judgement, so that an exemption ends in the middle of a preview. */
  readonly now?: () => Date;
}

/**
 * The pack as a server of the engine's analyzer protocol, without Pulumi's SDK for packs: that one loads a compiler and a package
 * manager, fifteen megabytes, before it judges anything. It holds one stack at a time, as the engine that starts it does.
 *
 * @returns the port on loopback
 */
export async function serveAnalyzer({ now = () => new Date() }: AnalyzerOptions = {}): Promise<number> {
  const asThePackHasIt: Configured = { judge: createJudge({ ...pack, rules }), exemptions: [] };
  let tags: ReadonlyMap<string, string> = new Map();
  let configured = asThePackHasIt;
  const answer = (verdicts: readonly Verdict[], context: JudgeContext) =>
    said(applyExemptions(verdicts, configured.exemptions, context, now()));
  const server = new grpc.Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE });
  server.addService(services.AnalyzerService, {
    handshake: answering(() => new messages.AnalyzerHandshakeResponse()),
    getAnalyzerInfo: answering(describePack),
    getPluginInfo: answering(() => new plugins.PluginInfo().setVersion(pack.version)),
    configure: answering((request: InstanceType<typeof messages.ConfigureAnalyzerRequest>) => {
      const given = configOf(request);
      configured = Object.keys(given).length === 0 ? asThePackHasIt : configure(given);
      return new empty.Empty();
    }),
    configureStack: answering((request: InstanceType<typeof messages.AnalyzerStackConfigureRequest>) => {
      tags = new Map(request.getTagsMap().entries());
      return new messages.AnalyzerStackConfigureResponse();
    }),
    analyze: answering((request: Analyzed) => {
      const resource = judgedResource(request);
      const context = contextOf(resource.urn, tags);
      return answer(configured.judge.judgeResource(resource, context).filter(isOfOneResource), context);
    }),
    analyzeStack: answering((request: InstanceType<typeof messages.AnalyzeStackRequest>) => {
      const resources = request.getResourcesList().map(knownResource);
      if (resources[0] === undefined) return said([]);
      const context = contextOf(resources[0].urn, tags);
      return answer(configured.judge.judgeStack(resources, context), context);
    }),
    remediate: answering(() => new messages.RemediateResponse()),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

type Analyzed = InstanceType<typeof messages.AnalyzeRequest> | InstanceType<typeof messages.AnalyzerResource>;

/** A configuration that cannot be taken; the message names every fault, and quotes nothing but the configuration. */
class ConfigFault extends Error {
  readonly code = "config-fault";
}

function configure(given: Readonly<Record<string, unknown>>): Configured {
  const { settings, exemptions, faults } = readPolicyConfig(given, pack.rules);
  if (faults.length > 0) throw new ConfigFault(faults.join("; "));
  return { judge: createJudge({ ...pack, rules }, settings), exemptions };
}

/** In the form of a configuration file. A level that the engine leaves open stays the pack's own. */
function configOf(
  request: InstanceType<typeof messages.ConfigureAnalyzerRequest>,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const given = [...request.getPolicyconfigMap().entries()].map(([policy, config]) => {
    const level = levelNames.get(config.getEnforcementlevel());
    const values = config.getProperties()?.toJavaScript() ?? {};
    return [policy, { ...values, ...(level && { enforcementLevel: level }) }] as const;
  });
  return Object.fromEntries(given);
}

const levelNames: ReadonlyMap<number, string> = new Map([
  [EnforcementLevel.ADVISORY, "advisory"],
  [EnforcementLevel.MANDATORY, "mandatory"],
  [EnforcementLevel.REMEDIATE, "mandatory"],
  [EnforcementLevel.DISABLED, "disabled"],
]);

/** An error of a rule may quote a value, so that only its name is told. */
function answering<Request, Answer>(answer: (request: Request) => Answer) {
  return ({ request }: ServerUnaryCall<Request, Answer>, reply: sendUnaryData<Answer>): void => {
    try {
      reply(null, answer(request));
    } catch (error) {
      const name = error instanceof Error ? error.name : "an error";
      const details =
        error instanceof ConfigFault
          ? `the pack ${pack.name} cannot take its configuration: ${error.message}`
          : `the pack ${pack.name} failed with ${name}`;
      reply({ code: error instanceof ConfigFault ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL, details });
    }
  };
}

/** The engine asks of one resource first, and of all together when the stack is known. */
const ofOneResource: ReadonlySet<string> = new Set(
  rules.filter(({ check }) => !("on" in check)).map(({ name }) => name),
);
const isOfOneResource = ({ policy }: Verdict): boolean => ofOneResource.has(policy);

function judgedResource(analyzed: Analyzed): JudgedResource {
  const { inputs, secrets } = readProperties(propertiesOf(analyzed));
  const provider = analyzed.getProvider()?.getUrn();
  return {
    urn: analyzed.getUrn(),
    type: analyzed.getType(),
    name: analyzed.getName(),
    // The engine does not tell a pack which step it is about to take, and asks it only where there are inputs.
    step: "update",
    inputs,
    secrets,
    protect: analyzed.getOptions()?.getProtect() === true,
    ...(provider && { provider }),
  };
}

function knownResource(resource: InstanceType<typeof messages.AnalyzerResource>): KnownResource {
  const dependencies = resource.getPropertydependenciesMap().entries();
  return {
    urn: resource.getUrn(),
    type: resource.getType(),
    name: resource.getName(),
    inputs: readProperties(propertiesOf(resource)).inputs,
    propertyDependencies: Object.fromEntries([...dependencies].map(([key, urns]) => [key, urns.getUrnsList()])),
  };
}

/** A struct's members are JSON values; hence the cast. */
const propertiesOf = (analyzed: Analyzed): Readonly<Record<string, unknown>> =>
  (analyzed.getProperties()?.toJavaScript() ?? {}) as Readonly<Record<string, unknown>>;

function contextOf(urn: string, tags: ReadonlyMap<string, string>): JudgeContext {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]*)::([^:]*)::/.exec(urn) ?? [];
  const stackSet = tags.get("meridian:stack-set");
  const environment = environmentOf(tags.get("meridian:environment"));
  // A pack meets unknown values in previews only, and only there the phase makes a difference to a verdict.
  return { environment, project, stack, phase: "preview", ...(stackSet && { stackSet }) };
}

function said(verdicts: readonly Verdict[]) {
  const diagnostics = verdicts.map(({ policy, packVersion, level, severity, message, urn }) =>
    new messages.AnalyzeDiagnostic()
      .setPolicyname(policy)
      .setPolicypackname(pack.name)
      .setPolicypackversion(packVersion)
      .setDescription(rules.find(({ name }) => name === policy)?.description ?? "")
      .setMessage(message)
      .setEnforcementlevel(levels[level])
      .setSeverity(severities[severity])
      .setUrn(urn),
  );
  return new messages.AnalyzeResponse().setDiagnosticsList(diagnostics);
}

const describePack = () =>
  new messages.AnalyzerInfo()
    .setName(pack.name)
    .setVersion(pack.version)
    .setDescription("Rules for the infrastructure of online games.")
    .setSupportsconfig(true)
    .setPoliciesList(rules.map(describeRule));

function describeRule({ name, description, level, severity, controls, check, ...rule }: Rule) {
  // A schema is JSON, which is what the cast says.
  const schema = configSchemaOf(rule) as Record<string, JavaScriptValue>;
  const isStackRule = "on" in check && check.on !== "deletion";
  const [control] = listControls(controls);
  const info = new messages.PolicyInfo()
    .setName(name)
    .setDescription(description)
    .setEnforcementlevel(levels[level])
    .setSeverity(severities[severity])
    .setRemediationSteps(remedyOf(rule))
    .setConfigschema(new messages.PolicyConfigSchema().setProperties(struct.Struct.fromJavaScript(schema)))
    .setPolicyType(isStackRule ? PolicyType.POLICY_TYPE_STACK : PolicyType.POLICY_TYPE_RESOURCE);
  if (control === undefined) return info;
  const framework = new messages.PolicyComplianceFramework().setName(control.framework).setVersion(control.version);
  return info.setFramework(framework.setReference(control.control));
}
