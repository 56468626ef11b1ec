import { podRules } from "../fixtures/podRules.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(podRules.trustRegistries);
