import { networks } from "../fixtures/security/networks.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(networks.limitMetadataHops);
