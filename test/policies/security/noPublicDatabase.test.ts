import { stores } from "../fixtures/security/stores.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(stores.noPublicDatabase);
