import { type Policies, PolicyPack } from "@pulumi/policy";
import { crossGuardPolicies } from "./crossGuardPolicies.ts";
import { pack } from "./pack.ts";

const policies: Policies = crossGuardPolicies(pack);

new PolicyPack(pack.name, { description: "Rules for the infrastructure of online games.", policies });
