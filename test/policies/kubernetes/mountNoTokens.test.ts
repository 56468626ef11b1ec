import { clusterObjects } from "../fixtures/clusterObjects.ts";
import { podRules } from "../fixtures/podRules.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(podRules.mountNoTokens);
describeRule(clusterObjects.mountNoTokens);
