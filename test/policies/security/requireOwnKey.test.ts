import { keys } from "../fixtures/security/keys.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(keys.requireOwnKey);
