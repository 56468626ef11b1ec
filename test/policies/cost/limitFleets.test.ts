import { fleets } from "../fixtures/fleets.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(fleets);
