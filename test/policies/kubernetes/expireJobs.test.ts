import { clusterWork } from "../fixtures/clusterWork.ts";
import { describeRule } from "../support/describeRule.ts";

describeRule(clusterWork.expireJobs);
