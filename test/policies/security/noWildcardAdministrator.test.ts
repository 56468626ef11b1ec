import { administrator } from "../fixtures/administrator.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(administrator);
