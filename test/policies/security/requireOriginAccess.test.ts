import { fronts } from "../fixtures/security/fronts.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(fronts.requireOriginAccess);
