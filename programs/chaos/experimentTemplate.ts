import { ExperimentTemplate as FisTemplate } from "@pulumi/aws/fis/experimentTemplate.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "../components/serviceRole.ts";
import { serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Experiment, ExperimentAction, ExperimentTarget } from "./experiments.ts";
import { permissionsOf } from "./permissions.ts";

export interface ExperimentTemplateArgs {
  readonly context: StackContext;
  readonly experiment: Experiment;
  /** Any one of them that rings ends the experiment. */
  readonly stopAlarmArns: readonly string[];
  readonly logGroupArn: pulumi.Input<string>;
}

/** One experiment, ready to be started by a person, with a role that can do this one thing. */
export class ExperimentTemplate extends pulumi.ComponentResource {
  readonly templateId: pulumi.Output<string>;

  constructor(name: string, args: ExperimentTemplateArgs, place: ComponentPlace) {
    const { context, experiment } = args;
    super(componentType(context.blueprint, "ExperimentTemplate"), name, {}, place);
    const role = new ServiceRole(
      `${name}-access`,
      {
        context,
        role: `try-${experiment.name}`,
        description: `What the experiment ${experiment.name} needs`,
        trust: serviceTrust(context, "fis.amazonaws.com"),
        statements: permissionsOf(experiment, context),
      },
      { ...place, parent: this },
    );
    const template = new FisTemplate(
      `${name}-template`,
      {
        description: experiment.description,
        roleArn: role.arn,
        stopConditions: args.stopAlarmArns.map((value) => ({ source: "aws:cloudwatch:alarm", value })),
        targets: experiment.targets.map(targetOf),
        actions: experiment.actions.map(actionOf),
        // An experiment that struck nothing must not look as if it had been withstood.
        experimentOptions: { accountTargeting: "single-account", emptyTargetResolutionMode: "fail" },
        logConfiguration: {
          logSchemaVersion: 2,
          cloudwatchLogsConfiguration: { logGroupArn: pulumi.interpolate`${args.logGroupArn}:*` },
        },
        tags: context.tags(`${name}-template`),
      },
      { parent: this, dependsOn: [role] },
    );
    this.templateId = template.id;
    this.registerOutputs({ templateId: this.templateId });
  }
}

function targetOf({ resourceTags, resourceArns, parameters, filters, ...target }: ExperimentTarget) {
  return {
    ...target,
    ...(resourceTags === undefined ? {} : { resourceTags: pairs(resourceTags) }),
    ...(resourceArns === undefined ? {} : { resourceArns: [...resourceArns] }),
    ...(parameters === undefined ? {} : { parameters: { ...parameters } }),
    ...(filters === undefined ? {} : { filters: filters.map(({ path, values }) => ({ path, values: [...values] })) }),
  };
}

function actionOf({ parameters, target, ...action }: ExperimentAction) {
  const given = pairs(parameters);
  return { ...action, target: { ...target }, ...(given.length === 0 ? {} : { parameters: given }) };
}

function pairs(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
