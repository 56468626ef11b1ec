import { encryption } from "../fixtures/encryption.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(encryption.clusterSecrets);
