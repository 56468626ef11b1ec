import { pods } from "../fixtures/pods.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(pods);
