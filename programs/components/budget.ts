import { Budget as AwsBudget } from "@pulumi/aws/budgets/budget.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface BudgetArgs {
  readonly context: StackContext;
  /** For a month. */
  readonly limit: { readonly amount: string; readonly currency: string };
  readonly topicArn: pulumi.Input<string>;
  /** For what is spent in many regions and in none: counts them all. Left out: the stack's own region alone. */
  readonly everywhere?: boolean;
}

/** What this region of the stack set may cost in a month: the topic hears when it is likely to be passed, and when it is. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, { context, limit, topicArn, everywhere = false }: BudgetArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Budget"), name, {}, place);
    const { stackSet, region } = context.placement;
    const notice = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [topicArn],
    });
    new AwsBudget(
      `${name}-monthly`,
      {
        name: context.name("other", "monthly"),
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: limit.amount,
        limitUnit: limit.currency,
        costFilters: [
          ...(everywhere ? [] : [{ name: "Region", values: [region] }]),
          // The form in which AWS Budgets names a tag of one's own.
          { name: "TagKeyValue", values: [`user:meridian:stack-set$${stackSet}`] },
        ],
        notifications: [notice("FORECASTED", 80), notice("ACTUAL", 100)],
        tags: context.tags(`${name}-monthly`),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
