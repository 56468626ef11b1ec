import * as pulumi from "@pulumi/pulumi";
import { LiveConfiguration } from "../components/liveConfiguration.ts";
import { arn, type Statement } from "../policyDocument.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { EventServiceInputs } from "./inputs.ts";
import { growthPercent } from "./sizing.ts";
import { fallbacks, togglesDocument, togglesSchema } from "./toggles.ts";
import { variantsDocument, variantsSchema } from "./variants.ts";

export interface LiveSettingsArgs {
  readonly context: StackContext;
  readonly inputs: EventServiceInputs;
  readonly keyArn: pulumi.Input<string>;
  /** Alarms that take a rollout back. */
  readonly guards: readonly pulumi.Input<string>[];
}

/** Toggles and variants, and how a program reads them. */
export interface LiveSettings {
  readonly applicationId: pulumi.Output<string>;
  readonly environmentIds: Readonly<Record<string, pulumi.Output<string>>>;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statements: readonly Statement[];
}

export function declareLiveSettings(
  { context, inputs, keyArn, guards }: LiveSettingsArgs,
  place: ComponentPlace,
): LiveSettings {
  const { toggles, eventKinds, rollout } = inputs;
  const made = new LiveConfiguration(
    "live",
    {
      context,
      keyArn,
      guards,
      rollout: { ...rollout, growthPercent: growthPercent(rollout.steps) },
      documents: [
        {
          name: "toggles",
          description: "What runs and what does not, and what holds where this cannot be read",
          content: togglesDocument(toggles),
          schema: togglesSchema,
        },
        {
          name: "variants",
          description: "Kinds of game events: who plays together, and in which variants",
          content: variantsDocument(eventKinds),
          schema: variantsSchema,
        },
      ],
    },
    place,
  );
  const { applicationId, environmentIds, profileIds } = made;
  return {
    applicationId,
    environmentIds,
    environment: {
      CONFIGURATION_APPLICATION: applicationId,
      TOGGLES_ENVIRONMENT: environmentIds["toggles"] ?? "",
      VARIANTS_ENVIRONMENT: environmentIds["variants"] ?? "",
      TOGGLES_PROFILE: profileIds["toggles"] ?? "",
      VARIANTS_PROFILE: profileIds["variants"] ?? "",
      TOGGLE_FALLBACKS: JSON.stringify(fallbacks(toggles)),
    },
    statements: [
      {
        Sid: "ReadLiveConfiguration",
        Effect: "Allow",
        Action: ["appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"],
        Resource: arn(
          context,
          "appconfig",
          pulumi.interpolate`application/${applicationId}/environment/*/configuration/*`,
        ),
      },
    ],
  };
}
