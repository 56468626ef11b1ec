import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });
const secret = (name: string, description: string): OutputDescription => ({ name, description, secret: true });

export const gameServersOutputs = [
  open("vpcId", "The network."),
  open("clusterName", "The Kubernetes cluster."),
  open("clusterArn", "The cluster's ARN."),
  open("clusterEndpoint", "The cluster's API endpoint."),
  open("lobbyEndpoint", "Where lobby and API are reached."),
  open("lobbyLoadBalancerArn", "The load balancer of lobby and API."),
  open("lobbyLoadBalancerName", "The same as metrics name it: app/…"),
  open("lobbyDnsName", "Its name in DNS."),
  open("lobbyHostedZoneId", "The zone in which that name stands, for alias records."),
  open("sessionEndpointMode", "How players reach session servers: direct or relay."),
  open("relayEndpoint", "Where the relay is reached; empty with direct."),
  open("relayLoadBalancerArn", "The load balancer of the relay; empty with direct."),
  open("sessionTableName", "The session store."),
  open("logBucketName", "The bucket of access logs."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
  open("dashboardUrl", "The dashboard, in the cloud's console."),
  open("activeColour", "The colour that most new players and new sessions meet."),
  open("greenPercent", "The share of new players and new sessions that green takes, in percent."),
  open("bakeMinutes", "How long a new weight is watched before the next step."),
  open("capacity", "Servers and nodes that were planned from the players."),
  secret("adminSecret", "The password of the lobby's administrator."),
  secret("kubeconfig", "How to reach the cluster; needs the cloud's own credentials beside it."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type GameServersOutputName = (typeof gameServersOutputs)[number]["name"];
