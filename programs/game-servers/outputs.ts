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
  open("sessionEndpointMode", "How players reach session servers: direct, relay or accelerator."),
  open("relayEndpoint", "Where the relay is reached, with its first port; empty without one."),
  open("relayLoadBalancerArn", "The load balancer of the relay; empty without one."),
  open("acceleratorArn", "The custom-routing accelerator; empty without one."),
  open("acceleratorDnsName", "Its name in DNS."),
  open("platformPorts", "By platform, the port and protocol on which its players meet a session server."),
  open("crossPlay", "Whether players of different platforms meet in one session."),
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
