import { Application } from "@pulumi/aws/appconfig/application.js";
import { ConfigurationProfile } from "@pulumi/aws/appconfig/configurationProfile.js";
import { Deployment } from "@pulumi/aws/appconfig/deployment.js";
import { DeploymentStrategy } from "@pulumi/aws/appconfig/deploymentStrategy.js";
import { Environment } from "@pulumi/aws/appconfig/environment.js";
import { HostedConfigurationVersion } from "@pulumi/aws/appconfig/hostedConfigurationVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { plainServiceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { ServiceRole } from "./serviceRole.ts";

/** One document that running programs read: what it says now, and what it must never say. */
export interface LiveDocument {
  readonly name: string;
  readonly description: string;
  readonly content: unknown;
  /** A JSON schema of draft 4, which is what the validators of AppConfig speak. */
  readonly schema: unknown;
}

export interface LiveConfigurationArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly documents: readonly LiveDocument[];
  readonly rollout: { readonly minutes: number; readonly bakeMinutes: number; readonly growthPercent: number };
  /** Alarms that take a rollout back when they ring during it or its bake; at most five. */
  readonly guards: readonly pulumi.Input<string>[];
}

/** Documents that change without a deployment of code: validated, rolled out in steps, and taken back when an alarm rings. */
export class LiveConfiguration extends pulumi.ComponentResource {
  readonly applicationId: pulumi.Output<string>;
  /** By the documents' names: an environment takes one rollout at a time, so each document has its own. */
  readonly environmentIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** By the documents' names. */
  readonly profileIds: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #name: string;
  readonly #args: LiveConfigurationArgs;

  constructor(name: string, args: LiveConfigurationArgs, place: ComponentPlace) {
    const { context, rollout } = args;
    super(componentType(context.blueprint, "LiveConfiguration"), name, {}, place);
    this.#name = name;
    this.#args = args;
    const child = { parent: this };
    const { stackSet } = context.placement;
    const application = new Application(
      `${name}-application`,
      {
        name: context.name("other", "live"),
        description: `What ${stackSet} can be told while it runs`,
        tags: context.tags(`${name}-application`),
      },
      child,
    );
    this.applicationId = application.id;
    const watcher = this.#watcher(place);
    const strategy = new DeploymentStrategy(
      `${name}-strategy`,
      {
        name: context.name("other", "guarded"),
        description: "In steps, then watched",
        deploymentDurationInMinutes: rollout.minutes,
        finalBakeTimeInMinutes: rollout.bakeMinutes,
        growthFactor: rollout.growthPercent,
        growthType: "LINEAR",
        replicateTo: "NONE",
        tags: context.tags(`${name}-strategy`),
      },
      child,
    );
    const made = args.documents.map(
      (document) => [document.name, this.#rolledOut(document, strategy, watcher)] as const,
    );
    this.environmentIds = Object.fromEntries(made.map(([document, { environmentId }]) => [document, environmentId]));
    this.profileIds = Object.fromEntries(made.map(([document, { profileId }]) => [document, profileId]));
    this.registerOutputs({ applicationId: this.applicationId });
  }

  /** AppConfig looks at alarms with a role of ours. Source: AWS AppConfig user guide, "Configuring permissions for automatic rollback". */
  #watcher(place: ComponentPlace): ServiceRole {
    const { context } = this.#args;
    return new ServiceRole(
      `${this.#name}-watcher`,
      {
        context,
        role: "live-watcher",
        description: "Looks at the alarms that take a rollout back",
        trust: plainServiceTrust("appconfig.amazonaws.com"),
        // DescribeAlarms knows no resources (Service Authorization Reference, Amazon CloudWatch).
        statements: [{ Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" }],
      },
      { parent: this, providers: place.providers },
    );
  }

  #rolledOut({ name, description, content, schema }: LiveDocument, strategy: DeploymentStrategy, watcher: ServiceRole) {
    const { context, keyArn, guards } = this.#args;
    const { applicationId } = this;
    const resource = `${this.#name}-${name}`;
    const profile = new ConfigurationProfile(
      resource,
      {
        applicationId,
        name,
        description,
        locationUri: "hosted",
        type: "AWS.Freeform",
        kmsKeyIdentifier: keyArn,
        validators: [{ type: "JSON_SCHEMA", content: JSON.stringify(schema) }],
        tags: context.tags(resource),
      },
      { parent: this },
    );
    const { environmentId } = new Environment(
      resource,
      {
        applicationId,
        name,
        description: "Rollouts are taken back when one of its alarms rings",
        monitors: guards.map((alarmArn) => ({ alarmArn, alarmRoleArn: watcher.arn })),
        tags: context.tags(`${resource}-environment`),
      },
      { parent: this, dependsOn: [watcher] },
    );
    const { configurationProfileId } = profile;
    const version = new HostedConfigurationVersion(
      resource,
      {
        applicationId,
        configurationProfileId,
        contentType: "application/json",
        content: JSON.stringify(content),
        description,
      },
      { parent: this },
    );
    new Deployment(
      resource,
      {
        applicationId,
        environmentId,
        configurationProfileId,
        configurationVersion: version.versionNumber.apply(String),
        deploymentStrategyId: strategy.id,
        kmsKeyIdentifier: keyArn,
        description,
        tags: context.tags(`${resource}-rollout`),
      },
      { parent: this },
    );
    return { environmentId, profileId: configurationProfileId };
  }
}
