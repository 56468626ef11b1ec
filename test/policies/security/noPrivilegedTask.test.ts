import { computing } from "../fixtures/security/computing.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(computing.noPrivilegedTask);
