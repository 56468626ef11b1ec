import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { z } from "zod";
import type { PackResource, packDescription, packFindings } from "./packContents.ts";

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

export function analyzeRequest(resource: PackResource) {
  const { urn, type, name, properties } = resource;
  return new messages.AnalyzeRequest()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setProperties(structOf(properties))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(resource));
}

export function analyzeStackRequest(resources: readonly PackResource[]) {
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

/** Properties are JSON, which is all that a struct takes; hence the cast. */
const structOf = (properties: PackResource["properties"]) =>
  structs.Struct.fromJavaScript(properties as Parameters<typeof structs.Struct.fromJavaScript>[0]);

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
export function readDescription(info: InstanceType<typeof messages.AnalyzerInfo>): z.input<typeof packDescription> {
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
export function readFindings(answer: InstanceType<typeof messages.AnalyzeResponse>): z.input<typeof packFindings> {
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
