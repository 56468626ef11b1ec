import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../components/colours.ts";
import type { NodeChoice, ServerPod } from "../components/serverPod.ts";
import type { SessionAccelerator } from "../components/sessionAccelerator.ts";
import { gamePod, type Variables } from "../servers/gamePod.ts";
import type { ServerRole } from "../servers/images.ts";
import type { GameServersInputs } from "./inputs.ts";
import { namespaces } from "./namespaces.ts";

export interface PodParts {
  readonly inputs: GameServersInputs;
  readonly region: string;
  readonly sessionTable: pulumi.Input<string>;
  readonly accelerator: SessionAccelerator | undefined;
}

const services: NodeChoice = { selector: { "meridian/pool": "services" }, tolerations: [] };
/** Nodes that nothing else runs on. */
const sessions: NodeChoice = {
  selector: { "meridian/pool": "sessions" },
  tolerations: [{ key: "meridian/pool", operator: "Equal", value: "sessions", effect: "NoSchedule" }],
};

/** The pod of one role, for one colour where the role has colours. */
export function serverPod(role: ServerRole, parts: PodParts, colour?: Colour): ServerPod {
  const { inputs, region, sessionTable, accelerator } = parts;
  const { connection, fleets, telemetry } = inputs;
  const measures: Variables = telemetry === undefined ? {} : { TELEMETRY_STREAM: telemetry.streamName };
  const mappings: Variables =
    accelerator === undefined
      ? {}
      : { ACCELERATOR_ARN: accelerator.arn, ENDPOINT_GROUP_ARN: accelerator.endpointGroupArn };
  const agones: Variables = fleets === "agones" ? { FLEETS: "agones", SESSION_NAMESPACE: namespaces.sessions } : {};
  const shared = {
    inputs,
    connection,
    site: { AWS_REGION: region },
    own: { lobby: { ...measures, SESSION_TABLE: sessionTable, ...mappings, ...agones }, session: measures, relay: {} },
    // It makes the services by which players reach session servers directly, looks up their addresses for the accelerator, or has
    // Agones give it a server.
    lobbySpeaksToCluster: connection !== "relay" || fleets === "agones",
    nodes: { lobby: services, session: sessions, relay: services },
  };
  return gamePod(role, shared, colour);
}
