import { reliability } from "../fixtures/reliability.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(reliability.recoverTables);
