import { sessionMetadata } from "../fixtures/sessionMetadata.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(sessionMetadata);
