/** A blueprint's name in the forms in which its files say it. */
export interface BlueprintNames {
  /** `match-log` */
  readonly kebab: string;
  /** `matchLog` */
  readonly camel: string;
  /** `MatchLog` */
  readonly pascal: string;
}

/**
 * The files of a new blueprint, by path from the top of the checkout: an encrypted log group with an alarm, the smallest thing that has
 * every part a blueprint has.
 */
export function templates(names: BlueprintNames): Readonly<Record<string, string>> {
  const { kebab, camel } = names;
  return {
    [`programs/${kebab}/blueprint.ts`]: blueprint(names),
    [`programs/${kebab}/inputs.ts`]: inputs(names),
    [`programs/${kebab}/outputs.ts`]: outputs(names),
    [`programs/${kebab}/program.ts`]: program(names),
    [`programs/${kebab}/notes.md`]: notes(names),
    [`programs/${kebab}/diagram.mmd`]: "",
    [`programs/${kebab}/runbooks/no-logs.md`]: runbook,
    [`sandbox/aws/${camel}.ts`]: model(names),
    [`test/programs/${kebab}/lifecycle.test.ts`]: lifecycleTest(names),
    [`test/programs/${kebab}/inputs.test.ts`]: inputsTest(names),
    [`test/sandbox/${camel}.test.ts`]: modelTest(names),
  };
}

const blueprint = ({ kebab, camel }: BlueprintNames) => `import type { Blueprint } from "../blueprint.ts";
import { ${camel}Inputs } from "./inputs.ts";
import { ${camel}Outputs } from "./outputs.ts";

export const ${camel}Blueprint: Blueprint<typeof ${camel}Inputs> = {
  name: "${kebab}",
  version: "0.1.0",
  title: "${kebab}",
  description: "An encrypted log group, and an alarm when nothing is written to it.",
  inputs: ${camel}Inputs,
  example: {},
  outputs: ${camel}Outputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).${camel},
};
`;

const inputs = ({ camel, pascal }: BlueprintNames) => `import { z } from "zod";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays } from "../inputShapes.ts";

/** What a team chooses. Every default is the closed one, every message says what to give. */
export const ${camel}Inputs = z.strictObject(
  {
    logRetentionDays: logRetentionDays.default(365),
    alarmEmail,
    deletionProtection: deletionProtection("the key refuses"),
  },
  { error: inputsError('{"logRetentionDays": 30}') },
);

export type ${pascal}Inputs = z.output<typeof ${camel}Inputs>;
`;

const outputs = ({ camel, pascal }: BlueprintNames) => `import type { OutputDescription } from "../blueprint.ts";

export const ${camel}Outputs = [
  { name: "logGroupName", description: "The log group.", secret: false },
  { name: "alarmTopicArn", description: "The topic on which the alarm speaks.", secret: false },
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type ${pascal}OutputName = (typeof ${camel}Outputs)[number]["name"];
`;

const program = ({
  kebab,
  camel,
  pascal,
}: BlueprintNames) => `import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { startStack } from "../stackStart.ts";
import type { ${pascal}Inputs } from "./inputs.ts";
import type { ${pascal}OutputName } from "./outputs.ts";

/** Declares one region's stack. Must run inside a Pulumi program. */
export async function ${camel}(
  { logRetentionDays, alarmEmail, deletionProtection }: ${pascal}Inputs,
  placement: Placement,
): Promise<Record<${pascal}OutputName, unknown>> {
  const start = { blueprint: "${kebab}", component: "${pascal}", placement, deletionProtection };
  const { root, aws, place, context } = await startStack(start);
  const key = new EncryptionKey("encryption", { context }, place);
  const group = new LogGroup(
    "logs",
    {
      name: pulumi.interpolate\`/meridian/\${context.name("other", "logs")}\`,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
      tags: context.tags("logs"),
    },
    { parent: root, provider: aws },
  );
  const alarms = new Alarms(
    "watch",
    {
      context,
      keyArn: key.arn,
      email: alarmEmail,
      alarms: [
        {
          role: "no-logs",
          description: "Nothing was written to the log group. Runbook: no-logs.",
          namespace: "AWS/Logs",
          metric: "IncomingLogEvents",
          dimensions: { LogGroupName: group.name },
          statistic: "Sum",
          when: "below",
          threshold: 1,
          minutes: 15,
          missing: "notBreaching",
        },
      ],
    },
    place,
  );
  return { logGroupName: group.name, alarmTopicArn: alarms.topicArn };
}
`;

const notes = ({ kebab }: BlueprintNames) => `---
blueprint: ${kebab}
version: 0.1.0
objectives:
  - name: written
    indicator: minutes in which what was sent to the log group could be read
    target: "99.9"
    windowDays: 30
alarms:
  - name: no-logs
    severity: ticket
    means: nothing was written to the log group for 15 minutes
    runbook: no-logs
---

# Operating ${kebab}

What it makes, what it costs, what it does not do: for whoever is called at night.
`;

const runbook = `---
title: Nothing is written to the log group
severity: ticket
---

## What players notice

Nothing.

## Look

1. Does what writes to it run?

## Do

- Start it again.
`;

const model = ({ kebab, camel }: BlueprintNames) => `import type { ResourceModel } from "../model/model.ts";

/** The types that ${kebab} brings to the sandbox; docs/architecture/sandbox.md says how to add one. */
export const ${camel}Models: readonly ResourceModel[] = [];
`;

const lifecycleTest = ({ kebab }: BlueprintNames) => `import { lifecycle } from "../lifecycle.ts";

lifecycle({
  blueprint: "${kebab}",
  inputs: {},
  changes: [
    {
      name: "retention, e-mail and protection",
      inputs: { logRetentionDays: 30, alarmEmail: "oncall@example.com", deletionProtection: true },
      replaces: [],
    },
    { name: "the protection", inputs: { deletionProtection: false }, replaces: [] },
  ],
  production: {},
});
`;

const inputsTest = ({ kebab }: BlueprintNames) => `import { expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { recordBlueprint } from "../recordedStack.ts";

const blueprint = catalog.blueprints["${kebab}"];

it("needs no inputs, and refuses those it does not have with a pointer", () => {
  expect(checkInputs(blueprint, {})).toMatchObject({ ok: true });
  expect(checkInputs(blueprint, { nonsense: 1 })).toMatchObject({ problems: [{ pointer: "/nonsense" }] });
});

it("encrypts its log group with the stack's key, and keeps what is written as long as it is told to", async () => {
  const { resources } = await recordBlueprint({ blueprint: "${kebab}", inputs: { logRetentionDays: 30 } });
  const [group] = resources.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
  expect(group?.inputs["retentionInDays"]).toBe(30);
  expect(group?.inputSources["kmsKeyId"]).toEqual([expect.stringContaining("aws:kms/key:Key::encryption-key")]);
});
`;

const modelTest = ({ kebab, camel }: BlueprintNames) => `import { expect, it } from "vitest";
import { ${camel}Models } from "../../sandbox/aws/${camel}.ts";
import { models } from "../../sandbox/aws/index.ts";

// Each type gets a case of conformance.ts here, as in sns.test.ts.
it("serves the types that ${kebab} brings", () => {
  expect(models).toEqual(expect.arrayContaining([...${camel}Models]));
});
`;
