import { costBounds } from "../fixtures/costBounds.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(costBounds.boundScaling);
