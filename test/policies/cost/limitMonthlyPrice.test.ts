import { prices } from "../fixtures/prices.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(prices.limitMonthlyPrice);
