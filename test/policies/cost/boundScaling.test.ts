import { cost } from "../fixtures/cost.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(cost.boundScaling);
