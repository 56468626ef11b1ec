import { readFileSync } from "node:fs";
import path from "node:path";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { parse } from "yaml";
import { z } from "zod";
import { readOpaBundle } from "./opaBundle.ts";
import type { PackDescription, PackFinding, PackPolicy, PackResource } from "./packContents.ts";
import { hasUnknown, resourceInput, stackInput, withoutUnknown } from "./regoInput.ts";
import { regoRule } from "./regoRule.ts";
import { createRuleTrace } from "./ruleTrace.ts";
import { openPackChannel, PackFailure } from "./servePack.ts";

/**
 * Process entry of a Rego pack of a team's own: arguments are the pack's folder and the file for its trace. It answers the questions of
 * its channel in their order.
 */
const [folder = "", trace = ""] = process.argv.slice(2);
const LARGEST_PAGES = 4_096; // of 64 KiB

/** `PulumiPolicy.yaml`, as far as it concerns a Rego pack. */
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().default(""),
  /** What the rules' texts cannot carry through the compiler, by the name of the rule. */
  policies: z
    .record(
      z.string(),
      z.object({
        description: z.string().optional(),
        severity: z.string().optional(),
        remediation: z.string().optional(),
      }),
    )
    .default({}),
});

const serveChannel = openPackChannel();
const pack = await load();
serveChannel({ describe, configure: () => undefined, analyze, analyzeStack }); // its input has no place for tags

async function load() {
  const about = manifest.parse(parse(readFileSync(path.join(folder, "PulumiPolicy.yaml"), "utf8")));
  const { wasm, data } = readOpaBundle(folder);
  const memory = { initial: 5, maximum: LARGEST_PAGES };
  const policy = await loadPolicy(wasm, memory);
  policy.setData(data);
  const rules = Object.keys(policy.entrypoints)
    .toSorted()
    .flatMap((entrypoint) => regoRule(entrypoint) ?? []);
  return { about, policy, rules, trace: createRuleTrace(trace) };
}

function describe(): PackDescription {
  const { name, version, description, policies } = pack.about;
  const described = pack.rules.map(({ entrypoint: _entrypoint, ...rule }) => {
    const said = policies[rule.name];
    return {
      ...rule,
      description: said?.description ?? `The rule data.${rule.name} of the pack.`,
      ...(said?.severity && { severity: said.severity }),
      ...(said?.remediation && { remediation: said.remediation }),
    };
  });
  return { name, version, description, policies: described as PackPolicy[] }; // parsed by whoever asked
}

/**
 * A rule cannot say that it read a value that is not known yet. So where there are some, it is asked with them in place, and without: what it
 * says both times holds whatever they will be.
 */
function analyze(resource: PackResource): readonly PackFinding[] {
  const found = findingsOf("resource", resourceInput(resource));
  if (!hasUnknown(resource.properties)) return found;
  const properties = withoutUnknown(resource.properties);
  const again = findingsOf("resource", resourceInput({ ...resource, properties }));
  const both = (finding: PackFinding) =>
    [found, again].every((all) =>
      all.some((other) => other.policy === finding.policy && other.message === finding.message),
    );
  const distinct = new Map([...found, ...again].map((finding) => [`${finding.policy} ${finding.message}`, finding]));
  return [...distinct.values()].map((finding) => ({ ...finding, unknown: !both(finding) }));
}

function analyzeStack(resources: readonly PackResource[]): readonly PackFinding[] {
  return findingsOf("stack", stackInput(resources));
}

function findingsOf(on: PackPolicy["on"], input: unknown): readonly PackFinding[] {
  return pack.rules
    .filter((rule) => rule.on === on)
    .flatMap(({ entrypoint, name, level }) => {
      try {
        const results: unknown = pack.trace.within(name, () => pack.policy.evaluate(input, entrypoint));
        return messagesOf(results).map((said): PackFinding => ({ policy: name, level, unknown: false, ...said }));
      } catch (error) {
        throw new PackFailure(String(error), name);
      }
    });
}

/** A set of texts, or of objects with `msg` (Gatekeeper, conftest); an entrypoint of another shape is nonsense, which the parent refuses. */
function messagesOf(results: unknown): readonly Pick<PackFinding, "message">[] {
  const [first] = Array.isArray(results) ? results : [];
  if (first === undefined) return [];
  const value: unknown = Object(first).result;
  if (!Array.isArray(value))
    throw new Error(`the rule answers no set of messages but ${JSON.stringify(value)?.slice(0, 100)}`);
  return value.map((each: unknown) => {
    if (typeof each === "string") return { message: each };
    const { msg, message = msg, severity, urn } = Object(each);
    return { message, ...(severity !== undefined && { severity }), ...(urn !== undefined && { urn }) };
  });
}
