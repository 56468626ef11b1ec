/** Groups of firewall rules that AWS keeps up to date, in the order in which they are asked; known attackers first, as the cheapest. */
export const managedGroups = ["AmazonIpReputationList", "KnownBadInputsRuleSet", "CommonRuleSet"] as const;
