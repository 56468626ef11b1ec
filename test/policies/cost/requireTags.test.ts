import { tagging } from "../fixtures/tags.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(tagging.required);
