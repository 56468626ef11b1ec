import { buckets } from "../fixtures/security/buckets.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(buckets.closePublicAccess);
