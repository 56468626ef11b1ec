import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import type { Colour } from "./colours.ts";
import type { WorkloadContext } from "./workloadContext.ts";

export interface SessionPlacementArgs {
  readonly workload: WorkloadContext;
  /** The colour that most new sessions are placed on. */
  readonly activeColour: Colour;
  /** The share of new sessions that green takes, in percent; left out where one colour takes all. */
  readonly greenPercent?: number;
}

/** The config map's name, by which pods mount it. */
export const placementConfig = "session-placement";

/**
 * Where new sessions are placed. Lobbies read it as a file that changes under them: a switch restarts nothing, running sessions stay
 * where they are, and the old colour empties by itself.
 */
export class SessionPlacement extends pulumi.ComponentResource {
  constructor(name: string, { workload, activeColour, greenPercent }: SessionPlacementArgs, place: ComponentPlace) {
    super(componentType(workload.blueprint, "SessionPlacement"), name, {}, place);
    new ConfigMap(
      `${name}-config`,
      {
        metadata: {
          name: placementConfig,
          namespace: workload.namespace,
          labels: workload.labels(placementConfig),
        },
        data: { activeColour, ...(greenPercent === undefined ? {} : { greenPercent: String(greenPercent) }) },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
