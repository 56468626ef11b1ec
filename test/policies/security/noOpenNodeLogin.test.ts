import { managedServices } from "../fixtures/security/managedServices.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(managedServices.noOpenNodeLogin);
