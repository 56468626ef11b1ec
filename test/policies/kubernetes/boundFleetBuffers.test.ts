import { fleetRules } from "../fixtures/fleetRules.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(fleetRules.boundFleetBuffers);
