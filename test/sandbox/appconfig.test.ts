import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { ROLE, trustOf } from "./lambdaParts.ts";

const kind = (name: string) => `aws:appconfig/${name.slice(0, 1).toLowerCase()}${name.slice(1)}:${name}`;
const APPLICATION = kind("Application");
const ENVIRONMENT = kind("Environment");
const PROFILE = kind("ConfigurationProfile");
const VERSION = kind("HostedConfigurationVersion");
const STRATEGY = kind("DeploymentStrategy");
const DEPLOYMENT = kind("Deployment");
const BAD = "BadRequestException";
const MISSING = "ResourceNotFoundException";

const schema = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["on"],
  properties: { on: { type: "boolean" } },
  additionalProperties: false,
};
const text = (made: Made, name: string, property: string): string => String(made[name]?.outputs[property]);
const id = (made: Made, name: string): string => made[name]?.id ?? "";

const withApplication = async ({ make }: Workshop): Promise<Made> => ({
  app: await make(APPLICATION, { name: "game" }),
  other: await make(APPLICATION, { name: "other" }),
  role: await make(ROLE, { name: "reader", assumeRolePolicy: trustOf("appconfig.amazonaws.com") }),
  alarm: await make("aws:cloudwatch/metricAlarm:MetricAlarm", {
    name: "errors",
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "Errors",
    namespace: "AWS/Lambda",
    period: 60,
    statistic: "Sum",
    threshold: 1,
  }),
});
const withProfile = async (workshop: Workshop): Promise<Made> => {
  const { make } = workshop;
  const made = await withApplication(workshop);
  const of = { applicationId: id(made, "app"), locationUri: "hosted" };
  const validators = [{ type: "JSON_SCHEMA", content: JSON.stringify(schema) }];
  return {
    ...made,
    profile: await make(PROFILE, { ...of, name: "toggles", validators }),
    second: await make(PROFILE, { ...of, name: "second" }),
    environment: await make(ENVIRONMENT, { applicationId: id(made, "app"), name: "live" }),
    strategy: await make(STRATEGY, {
      name: "slow",
      deploymentDurationInMinutes: 10,
      growthFactor: 20,
      replicateTo: "NONE",
    }),
  };
};
const document = (made: Made, content: string) => ({
  applicationId: id(made, "app"),
  configurationProfileId: text(made, "profile", "configurationProfileId"),
  contentType: "application/json",
  content,
});
const withVersions = async (workshop: Workshop): Promise<Made> => {
  const made = await withProfile(workshop);
  await workshop.make(VERSION, document(made, '{"on":true}'));
  await workshop.make(VERSION, document(made, '{"on":"yes"}'));
  await workshop.make(VERSION, document(made, '{"on":false}'));
  return made;
};

const cases: readonly ConformanceCase[] = [
  {
    type: APPLICATION,
    smallest: () => ({ name: "game" }),
    id: /^[a-z0-9]{7}$/,
    outputs: { arn: /^arn:aws:appconfig:eu-west-1:\d{12}:application\/[a-z0-9]{7}$/ },
    change: { name: "game-2", description: "Toggles", tags: { team: "live" } },
    spoiled: [{ name: "a name of 65 characters", with: { name: "a".repeat(65) }, code: BAD }],
    dependant: {
      type: ENVIRONMENT,
      inputs: (app) => ({ applicationId: app.id, name: "live" }),
      code: "ConflictException",
    },
  },
  {
    type: ENVIRONMENT,
    needs: withApplication,
    smallest: (made) => ({ applicationId: id(made, "app"), name: "live" }),
    id: /^[a-z0-9]{7}:[a-z0-9]{7}$/,
    outputs: { environmentId: /^[a-z0-9]{7}$/, state: "READY_FOR_DEPLOYMENT" },
    change: (made) => ({
      monitors: [{ alarmArn: text(made, "alarm", "arn"), alarmRoleArn: text(made, "role", "arn") }],
    }),
    replace: (made) => ({ applicationId: id(made, "other") }),
    spoiled: [
      { name: "an application that does not exist", with: { applicationId: "abc1234" }, code: MISSING, at: "create" },
      {
        name: "an alarm that does not exist",
        with: { monitors: [{ alarmArn: "arn:aws:cloudwatch:eu-west-1:100000000001:alarm:nothing" }] },
        code: BAD,
        at: "create",
      },
    ],
  },
  {
    type: PROFILE,
    needs: withApplication,
    smallest: (made) => ({ applicationId: id(made, "app"), name: "toggles", locationUri: "hosted" }),
    id: /^[a-z0-9]{7}:[a-z0-9]{7}$/,
    outputs: { configurationProfileId: /^[a-z0-9]{7}$/, type: "AWS.Freeform" },
    change: { validators: [{ type: "JSON_SCHEMA", content: JSON.stringify(schema) }] },
    replace: { type: "AWS.AppConfig.FeatureFlags" },
    spoiled: [
      { name: "a place that is none", with: { locationUri: "ftp://x" }, code: BAD },
      {
        name: "a validator that is no schema",
        with: { validators: [{ type: "JSON_SCHEMA", content: "[" }] },
        code: BAD,
        property: "validators[0].content",
      },
    ],
  },
  {
    type: VERSION,
    needs: withProfile,
    smallest: (made) => document(made, '{"on":true}'),
    id: /^[a-z0-9]{7}\/[a-z0-9]{7}\/1$/,
    outputs: { versionNumber: 1 },
    replace: { content: '{"on":false}' },
    spoiled: [
      {
        name: "a profile that does not exist",
        with: { configurationProfileId: "abc1234" },
        code: MISSING,
        at: "create",
      },
    ],
  },
  {
    type: STRATEGY,
    smallest: () => ({ name: "slow", deploymentDurationInMinutes: 10, growthFactor: 20, replicateTo: "NONE" }),
    id: /^[a-z0-9]{7}$/,
    outputs: { finalBakeTimeInMinutes: 0, growthType: "LINEAR" },
    change: { finalBakeTimeInMinutes: 30 },
    replace: { name: "slower" },
    spoiled: [
      { name: "more than a day", with: { deploymentDurationInMinutes: 1441 }, code: BAD },
      { name: "a growth of nothing", with: { growthFactor: 0 }, code: BAD },
    ],
  },
  {
    type: DEPLOYMENT,
    needs: withVersions,
    smallest: (made) => ({
      applicationId: id(made, "app"),
      environmentId: text(made, "environment", "environmentId"),
      configurationProfileId: text(made, "profile", "configurationProfileId"),
      configurationVersion: "1",
      deploymentStrategyId: id(made, "strategy"),
    }),
    id: /^[a-z0-9]{7}\/[a-z0-9]{7}\/1$/,
    outputs: { deploymentNumber: 1, state: "COMPLETE" },
    replace: { configurationVersion: "3" },
    spoiled: [
      { name: "a document that the validator refuses", with: { configurationVersion: "2" }, code: BAD, at: "create" },
      { name: "a version that does not exist", with: { configurationVersion: "9" }, code: MISSING, at: "create" },
      {
        name: "a strategy that does not exist",
        with: { deploymentStrategyId: "abc1234" },
        code: MISSING,
        at: "create",
      },
    ],
  },
];

conformance(cases);
