import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { z } from "zod";
import type { PackResource, packDescription, packFindings, StackTags } from "./packContents.ts";
import { PackFailure, type ServedPack } from "./servePack.ts";

type Resource = InstanceType<typeof messages.AnalyzerResource>;

/** A level by its number in the protocol; a number without a level stays one, which no schema takes. */
const levels: Readonly<Record<number, string>> = {
  [messages.EnforcementLevel.ADVISORY]: "advisory",
  [messages.EnforcementLevel.MANDATORY]: "mandatory",
  // What a pack would mend itself is refused here: nobody mends at a gate.
  [messages.EnforcementLevel.REMEDIATE]: "mandatory",
  [messages.EnforcementLevel.DISABLED]: "disabled",
};
const severities: Readonly<Record<number, string>> = {
  [messages.PolicySeverity.POLICY_SEVERITY_LOW]: "low",
  [messages.PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [messages.PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [messages.PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
};

/** One method of the analyzer protocol as the pack's own SDK has it. */
export interface AnalyzerMethod {
  readonly responseSerialize: (answer: unknown) => Uint8Array;
  readonly handle: (call: { readonly request: unknown }, done: (error: unknown, answer: unknown) => void) => unknown;
}

/** The methods by name; undefined for those that the pack's version does not have. */
export type Analyzer = (method: string) => AnalyzerMethod | undefined;

/**
 * Asks the handlers of a pack's SDK, in messages of the engine's analyzer protocol. Of a question they only call getters, so that it is ours whatever
 * version they are of; an answer is read from its bytes, since what an older version has not is not there.
 */
export function servedCrossGuard(analyzer: Analyzer): ServedPack {
  const ask = (method: string, request: object): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const found = analyzer(method);
      if (found === undefined) return resolve(new Uint8Array());
      found.handle({ request }, (error, answer) => {
        if (error === null || error === undefined) resolve(found.responseSerialize(answer));
        else reject(thrown(error));
      });
    });
  const findings = async (method: string, request: object) =>
    readFindings(messages.AnalyzeResponse.deserializeBinary(await ask(method, request)));
  return {
    describe: async () =>
      readDescription(messages.AnalyzerInfo.deserializeBinary(await ask("getAnalyzerInfo", new empty.Empty()))),
    async configure(tags: StackTags) {
      const request = new messages.AnalyzerStackConfigureRequest();
      for (const [name, value] of Object.entries(tags)) request.getTagsMap().set(name, value);
      await ask("configureStack", request);
    },
    analyze: (resource) => findings("analyze", analyzeRequest(resource)),
    analyzeStack: (resources) => findings("analyzeStack", analyzeStackRequest(resources)),
  };
}

/** The SDK names the rule, then comes the error with its stack. */
function thrown(error: unknown): PackFailure {
  const details = error instanceof Error ? error.message : String(error);
  const [, rule] = /^Error validating resource with policy '([^']*)' from policy pack /.exec(details) ?? [];
  const words = details.split("\n")[rule === undefined ? 0 : 1];
  return new PackFailure(words || "It said nothing.", rule);
}

function analyzeRequest(resource: PackResource) {
  const { urn, type, name, properties } = resource;
  return new messages.AnalyzeRequest()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setProperties(structOf(properties))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(resource));
}

function analyzeStackRequest(resources: readonly PackResource[]) {
  return new messages.AnalyzeStackRequest().setResourcesList(resources.map(toMessage));
}

function toMessage(resource: PackResource): Resource {
  const { urn, type, name, properties, parent = "", propertyDependencies = {} } = resource;
  const message = new messages.AnalyzerResource()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setParent(parent)
    .setProperties(structOf(properties))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(resource))
    .setDependenciesList([...new Set(Object.values(propertyDependencies).flat())]);
  const dependencies = message.getPropertydependenciesMap();
  for (const [property, urns] of Object.entries(propertyDependencies)) {
    dependencies.set(property, new messages.AnalyzerPropertyDependencies().setUrnsList([...urns]));
  }
  return message;
}

/**
 * Properties are JSON, which is all that a struct takes; hence the cast. Handlers ask for them as JavaScript once for each rule, and copy
 * what they get: the message's own fields, which cost more than all rules of a small pack, are made for who asks for those.
 */
function structOf(properties: PackResource["properties"]) {
  const whole = () => structs.Struct.fromJavaScript(properties as Parameters<typeof structs.Struct.fromJavaScript>[0]);
  return Object.assign(new structs.Struct(), {
    toJavaScript: () => properties,
    getFieldsMap: () => whole().getFieldsMap(),
  });
}

const optionsOf = ({ protect, parent = "" }: PackResource) =>
  new messages.AnalyzerResourceOptions().setProtect(protect).setParent(parent);

function providerOf({ provider }: PackResource) {
  if (provider === undefined) return undefined;
  const urn = provider.slice(0, provider.lastIndexOf("::"));
  const [, , qualified = "", ...name] = urn.split("::");
  return new messages.AnalyzerProviderResource()
    .setUrn(urn)
    .setType(qualified.split("$").at(-1) ?? "")
    .setName(name.join("::"))
    .setProperties(new structs.Struct());
}

/** As the pack says it, to be parsed. */
function readDescription(info: InstanceType<typeof messages.AnalyzerInfo>): z.input<typeof packDescription> {
  const policies = info.getPoliciesList().map((policy) => ({
    name: policy.getName(),
    description: policy.getDescription(),
    level: levels[policy.getEnforcementlevel()] as "advisory", // parsed by whoever asked
    ...severityOf(policy.getSeverity()),
    on: policy.getPolicyType() === messages.PolicyType.POLICY_TYPE_STACK ? ("stack" as const) : ("resource" as const),
    ...(policy.getRemediationSteps() && { remediation: policy.getRemediationSteps() }),
  }));
  return { name: info.getName(), version: info.getVersion(), description: info.getDescription(), policies };
}

/** As the pack says it, to be parsed. */
function readFindings(answer: InstanceType<typeof messages.AnalyzeResponse>): z.input<typeof packFindings> {
  return answer.getDiagnosticsList().map((diagnostic) => {
    const level = diagnostic.getEnforcementlevel();
    const message = diagnostic.getMessage();
    return {
      policy: diagnostic.getPolicyname(),
      level: levels[level] as "advisory", // parsed by whoever asked
      ...severityOf(diagnostic.getSeverity()),
      message,
      ...(diagnostic.getUrn() && { urn: diagnostic.getUrn() }),
      unknown: level === messages.EnforcementLevel.ADVISORY && UNKNOWN_READ.test(message),
    };
  });
}

/** How the SDK words it that a rule read a value not known yet (@pulumi/policy, server.js). */
const UNKNOWN_READ = /^can't run policy '[^']*' from policy pack '[^']*' during preview: /;

function severityOf(number: number): { readonly severity?: "low" } {
  const severity = severities[number];
  return severity === undefined ? {} : { severity: severity as "low" }; // parsed by whoever asked
}
