import type { Rule } from "./rule.ts";

const level = { enum: ["advisory", "mandatory", "disabled"] };

/** The JSON Schema of a file of settings, for editors and pipelines: what `readPolicySettings` takes. */
export const settingsSchema = (rules: readonly Rule[]): Readonly<Record<string, unknown>> => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Settings of Meridian's policies",
  description: "MERIDIAN_POLICY_SETTINGS, and --policy-pack-config of pulumi and meridian gate.",
  type: "object",
  additionalProperties: false,
  properties: {
    all: { description: "The level of every policy that is not named.", anyOf: [level, ofObject({})] },
    ...Object.fromEntries(rules.map((rule) => [rule.name, ofRule(rule)])),
  },
});

const ofRule = ({ description, level: own, settings }: Rule): Readonly<Record<string, unknown>> => ({
  description: `${description} (${own})`,
  anyOf: [
    level,
    ofObject(
      Object.fromEntries(
        settings.map(({ name, description: about, schema, initial }) => [
          name,
          { ...schema, description: about, default: initial },
        ]),
      ),
    ),
  ],
});

const ofObject = (properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  type: "object",
  additionalProperties: false,
  properties: { enforcementLevel: level, ...properties },
});
