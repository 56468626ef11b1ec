import { identity } from "../fixtures/security/identity.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(identity.narrowTrust);
