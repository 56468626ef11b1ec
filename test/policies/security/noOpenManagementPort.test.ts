import { managementPorts } from "../fixtures/managementPorts.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(managementPorts);
