import { clusterObjects } from "../fixtures/clusterObjects.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(clusterObjects.requirePodSecurityLabels);
