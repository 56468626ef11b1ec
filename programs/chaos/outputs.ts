import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const chaosOutputs = [
  open("experimentTemplateIds", "By experiment, the id of its template: what a person starts."),
  open("logGroupName", "The log of what experiments did."),
  open("alarmTopicArn", "The topic on which the budget speaks."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type ChaosOutputName = (typeof chaosOutputs)[number]["name"];
