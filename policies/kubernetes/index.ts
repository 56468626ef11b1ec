import type { Rule } from "../rule.ts";
import { restrictPods } from "./restrictPods.ts";

export const kubernetesRules: readonly Rule[] = [restrictPods];
