import { z } from "zod";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget } from "../inputShapes.ts";
import { contradictions } from "./contradictions.ts";
import { machineInputs } from "./machineInputs.ts";
import { playerInputs } from "./playerInputs.ts";
import { reachInputs } from "./reachInputs.ts";
import { versionInputs } from "./versionInputs.ts";

const shape = z.strictObject(
  {
    ...playerInputs,
    ...versionInputs,
    ...reachInputs,
    ...machineInputs,
    administratorRoles: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
          error: "give ARNs of IAM roles such as arn:aws:iam::123456789012:role/platform",
        }),
      )
      .max(10, { error: "give at most ten roles" })
      .default([])
      .describe("IAM roles that administer the cluster beside the one that made it."),
    deletionProtection: deletionProtection("data stores, cluster and front door refuse"),
    logRetentionDays: logRetentionDays.default(30),
    monthlyBudget: monthlyBudget("5000.00"),
    alarmEmail,
  },
  { error: inputsError('{"peakPlayers": 20000}') },
);

/** The inputs of `game-servers`: in players, not machines. Every default is the closed one. */
export const gameServersInputs = shape.superRefine(refusing(contradictions));

export type GameServersInputs = z.output<typeof shape>;
