import { reliableServices } from "../fixtures/reliableServices.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(reliableServices.rollBackServices);
