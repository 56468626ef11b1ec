import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });
const secret = (name: string, description: string): OutputDescription => ({ name, description, secret: true });

export const gameServersOutputs = [
  open("vpcId", "The network."),
  open("clusterName", "The Kubernetes cluster."),
  open("clusterEndpoint", "The cluster's API endpoint."),
  open("lobbyEndpoint", "Where lobby and API are reached."),
  open("sessionEndpointMode", "How players reach session servers: direct or relay."),
  open("relayEndpoint", "Where the relay is reached; empty with direct."),
  open("sessionTableName", "The session store."),
  open("logBucketName", "The bucket of access logs."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
  open("dashboardUrl", "The dashboard, in the cloud's console."),
  open("activeColour", "The colour that takes new players and new sessions."),
  open("capacity", "Servers and nodes that were planned from the players."),
  secret("adminSecret", "The password of the lobby's administrator."),
  secret("kubeconfig", "How to reach the cluster; needs the cloud's own credentials beside it."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type GameServersOutputName = (typeof gameServersOutputs)[number]["name"];
