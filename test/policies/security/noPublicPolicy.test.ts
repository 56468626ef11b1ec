import { publicPolicies } from "../fixtures/security/publicPolicies.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(publicPolicies);
