import type { CoveredControl } from "./coveredControl.ts";

const account = "It is a matter of the account and of the persons in it: no program of a stack makes or changes it.";
const atRuntime = "It is found by use over time, and a program does not show it.";
const classic =
  "It is about the classic load balancer, which nothing new should be built on: the newer kinds are judged.";
const restApi =
  "It is about REST APIs of API Gateway: blueprints make HTTP and WebSocket APIs, which have no such setting.";
const ofFirst = "It is about AWS WAF Classic, which cannot be made any more: its successor is judged.";
const notices =
  "It asks for notices of a kind of event. Who should hear what is for the team; that alarms have somebody who hears them is asked for.";
const copies = "Which tags a copy carries makes it easier to count, and neither safer nor to be found again.";
const ownChoice = "It is a choice about cost and speed that has no right answer for all games.";

/** Controls of FSBP that no rule holds, and why. */
export const fsbpLeftOut: readonly CoveredControl[] = [
  { control: "Account.1", asks: "The account names a security contact.", leftOut: account },
  {
    control: "APIGateway.1",
    asks: "REST and WebSocket APIs log what they execute.",
    leftOut: "Their access logs are asked for; what is executed is logged by the functions behind them.",
  },
  { control: "APIGateway.2", asks: "REST APIs show a certificate to what is behind them.", leftOut: restApi },
  { control: "APIGateway.3", asks: "REST APIs are traced.", leftOut: restApi },
  { control: "APIGateway.4", asks: "REST APIs stand behind a web firewall.", leftOut: restApi },
  { control: "APIGateway.5", asks: "Caches of REST APIs are encrypted.", leftOut: restApi },
  {
    control: "AutoScaling.3",
    asks: "Launch configurations ask for session tokens.",
    leftOut: "The rule for EC2.8 judges launch configurations as it judges templates.",
  },
  { control: "AutoScaling.6", asks: "Groups use several types of instance.", leftOut: ownChoice },
  {
    control: "AutoScaling.9",
    asks: "Groups use launch templates.",
    leftOut: "AWS makes no new launch configurations for new accounts; what stands in one is judged as in a template.",
  },
  {
    control: "Backup.1",
    asks: "Recovery points are encrypted.",
    leftOut:
      "A vault encrypts what is copied into it in any case; that a classified one has a key of its own is asked for.",
  },
  {
    control: "CloudFront.4",
    asks: "A distribution has an origin to fail over to.",
    leftOut:
      "The edge blueprint moves names between regions instead, and content has one bucket that is replicated by S3 itself.",
  },
  {
    control: "CloudFront.7",
    asks: "A distribution has a certificate of its own.",
    leftOut: "Without a domain of one's own there is none to have; with one CloudFront refuses to go without.",
  },
  {
    control: "CloudFront.12",
    asks: "A distribution names no bucket that is gone.",
    leftOut: "Pulumi makes the bucket first, and deletes it last.",
  },
  { control: "CloudTrail.3", asks: "There is a trail.", leftOut: account },
  { control: "CloudTrail.5", asks: "A trail goes to CloudWatch Logs too.", leftOut: account },
  {
    control: "CloudTrail.6",
    asks: "The bucket of a trail is not public.",
    leftOut: "Every bucket is judged by the rules for S3.2, S3.3 and S3.8, that of a trail too.",
  },
  {
    control: "Cognito.1",
    asks: "User pools use threat protection.",
    leftOut: "It is paid for by each active player, and games sign players in by their platforms.",
  },
  {
    control: "CodeBuild.2",
    asks: "No credentials stand in a project's environment.",
    leftOut: "Pipelines are built by no stack of a game: the gate runs in them.",
  },
  {
    control: "DocumentDB.3",
    asks: "Manual snapshots are not public.",
    leftOut: "Pulumi cannot share such a snapshot.",
  },
  {
    control: "DynamoDB.4",
    asks: "Tables are in a backup plan.",
    leftOut: "Recovery to any second is asked for, and a plan that selects by tag is in another stack.",
  },
  { control: "EC2.4", asks: "Stopped instances are removed.", leftOut: atRuntime },
  {
    control: "EC2.10",
    asks: "Networks reach EC2 by an endpoint.",
    leftOut: "It is paid for by the hour and zone; nothing in the blueprints calls EC2 but the autoscaler.",
  },
  { control: "EC2.12", asks: "Unused addresses are given back.", leftOut: atRuntime },
  { control: "EC2.16", asks: "Unused access lists are removed.", leftOut: atRuntime },
  { control: "EC2.17", asks: "Instances have one interface.", leftOut: ownChoice },
  {
    control: "EC2.18",
    asks: "The world is let in to ports that are allowed alone.",
    leftOut: "A game opens ports of its own to players. Those that are known to be dangerous are refused instead.",
  },
  { control: "EC2.20", asks: "Both tunnels of a VPN are up.", leftOut: atRuntime },
  {
    control: "EC2.24",
    asks: "Paravirtual instances are not used.",
    leftOut: "AWS has started none since the third generation.",
  },
  {
    control: "EC2.28",
    asks: "Volumes are in a backup plan.",
    leftOut: "Volumes of nodes hold images and logs, and nothing that lasts.",
  },
  {
    control: "ECS.10",
    asks: "Services run on the newest platform version.",
    leftOut: "It is the newest unless somebody pins it, and whoever pins it has a reason.",
  },
  { control: "ECS.12", asks: "Clusters use Container Insights.", leftOut: ownChoice },
  { control: "ELB.2", asks: "Classic ones take certificates of ACM.", leftOut: classic },
  { control: "ELB.3", asks: "Classic ones end TLS.", leftOut: classic },
  { control: "ELB.7", asks: "Classic ones drain connections.", leftOut: classic },
  { control: "ELB.9", asks: "Classic ones balance over zones.", leftOut: classic },
  { control: "ELB.10", asks: "Classic ones span zones.", leftOut: classic },
  { control: "ELB.14", asks: "Classic ones pass on no doubtful requests.", leftOut: classic },
  {
    control: "ELB.16",
    asks: "Load balancers stand behind a web firewall.",
    leftOut:
      "The firewall of the blueprints stands at the edge, in another stack, where attacks are cheaper to turn away.",
  },
  {
    control: "EventBridge.3",
    asks: "Buses have a policy.",
    leftOut:
      "A bus without one is its own account's alone, which is the closed choice; policies that are there are judged.",
  },
  { control: "GuardDuty.1", asks: "GuardDuty is on.", leftOut: account },
  { control: "IAM.4", asks: "The root user has no access key.", leftOut: account },
  { control: "IAM.5", asks: "Users with a console password have a second factor.", leftOut: account },
  { control: "IAM.6", asks: "The root user's second factor is a device.", leftOut: account },
  { control: "IAM.8", asks: "Unused credentials are removed.", leftOut: atRuntime },
  { control: "IAM.9", asks: "The root user has a second factor.", leftOut: account },
  { control: "IAM.19", asks: "Users have a second factor.", leftOut: account },
  { control: "IAM.22", asks: "Credentials unused for 45 days are removed.", leftOut: atRuntime },
  { control: "IAM.26", asks: "Expired certificates in IAM are removed.", leftOut: atRuntime },
  {
    control: "Lambda.3",
    asks: "Functions are in a network.",
    leftOut: "A function that calls AWS alone gains nothing by a network, and loses starts and addresses.",
  },
  { control: "MSK.2", asks: "Brokers have enhanced monitoring.", leftOut: ownChoice },
  { control: "Neptune.3", asks: "Snapshots are not public.", leftOut: "Pulumi cannot share such a snapshot." },
  { control: "Neptune.6", asks: "Snapshots are encrypted.", leftOut: "A snapshot is encrypted as its cluster is." },
  {
    control: "Neptune.7",
    asks: "Clusters take tokens of IAM.",
    leftOut: "No blueprint uses Neptune; what leaks from it is judged.",
  },
  { control: "Neptune.8", asks: "Tags are copied to snapshots.", leftOut: copies },
  {
    control: "Neptune.9",
    asks: "Clusters span zones.",
    leftOut: "No blueprint uses Neptune; what leaks from it is judged.",
  },
  {
    control: "OpenSearch.6",
    asks: "Domains have three data nodes.",
    leftOut: "No blueprint uses OpenSearch; what leaks from it is judged.",
  },
  { control: "OpenSearch.10", asks: "Domains have the newest software.", leftOut: atRuntime },
  { control: "RDS.4", asks: "Snapshots are encrypted.", leftOut: "A snapshot is encrypted as its database is." },
  {
    control: "RDS.14",
    asks: "Aurora can be wound back.",
    leftOut: "It is for MySQL alone, and recovery to any second does the same for all engines.",
  },
  { control: "RDS.16", asks: "Tags of clusters are copied to snapshots.", leftOut: copies },
  { control: "RDS.17", asks: "Tags of instances are copied to snapshots.", leftOut: copies },
  { control: "RDS.18", asks: "Instances are in a network.", leftOut: "AWS puts every one into a network since 2013." },
  { control: "RDS.19", asks: "Events of clusters reach somebody.", leftOut: notices },
  { control: "RDS.20", asks: "Events of instances reach somebody.", leftOut: notices },
  { control: "RDS.21", asks: "Events of parameter groups reach somebody.", leftOut: notices },
  { control: "RDS.22", asks: "Events of security groups reach somebody.", leftOut: notices },
  {
    control: "RDS.23",
    asks: "Databases use a port that is not the engine's own.",
    leftOut: "A scanner tries every port; who may reach it is what protects it, and is judged.",
  },
  {
    control: "RDS.26",
    asks: "Instances are in a backup plan.",
    leftOut: "Backups of their own are asked for, and a plan that selects by tag is in another stack.",
  },
  {
    control: "RDS.35",
    asks: "Clusters take minor versions by themselves.",
    leftOut: "A cluster does as its instances say, and those are judged by the rule for RDS.13.",
  },
  {
    control: "Redshift.3",
    asks: "Clusters have snapshots.",
    leftOut: "They have, unless somebody sets their days to 0.",
  },
  {
    control: "Redshift.4",
    asks: "Clusters log audits.",
    leftOut: "No blueprint uses Redshift; what leaks from it is judged.",
  },
  {
    control: "Redshift.7",
    asks: "Traffic of clusters stays in their network.",
    leftOut: "No blueprint uses Redshift; what leaks from it is judged.",
  },
  {
    control: "Redshift.9",
    asks: "The first database has a name of its own.",
    leftOut: "Whoever may sign in can list the names.",
  },
  {
    control: "Route53.2",
    asks: "Zones log what is asked of them.",
    leftOut: "It is paid for by every question of every player, and answers no question that the entry's logs do not.",
  },
  {
    control: "S3.6",
    asks: "Other accounts cannot change a bucket's settings.",
    leftOut: "Which accounts are one's own is not in a program. Policies that let everybody in are refused.",
  },
  { control: "S3.7", asks: "Buckets are replicated to another region.", leftOut: ownChoice },
  {
    control: "S3.10",
    asks: "Versioned buckets have a lifecycle.",
    leftOut: "It saves money, and is for the rules on cost.",
  },
  { control: "S3.11", asks: "Buckets tell of what happens in them.", leftOut: notices },
  {
    control: "S3.15",
    asks: "Buckets lock their objects.",
    leftOut:
      "A lock keeps what a person asked to have deleted, too: it is for backups, and the vault of the blueprint has one.",
  },
  {
    control: "S3.17",
    asks: "Buckets are encrypted by a key.",
    leftOut:
      "S3 encrypts all objects since 2023, and neither load balancers nor S3 write logs to a bucket under a key of one's own.",
  },
  {
    control: "S3.20",
    asks: "Deleting a version takes a second factor.",
    leftOut: "It can be switched on by the root user's own session alone, with a device in hand.",
  },
  {
    control: "SecretsManager.1",
    asks: "Secrets are rotated by themselves.",
    leftOut: "It takes a function that knows who uses the secret. Where there is one, how often it runs is judged.",
  },
  { control: "SecretsManager.2", asks: "Rotations succeed.", leftOut: atRuntime },
  { control: "SecretsManager.3", asks: "Unused secrets are removed.", leftOut: atRuntime },
  { control: "SNS.2", asks: "Topics log what they delivered.", leftOut: ownChoice },
  {
    control: "SSM.1",
    asks: "Instances are managed by Systems Manager.",
    leftOut:
      "An instance says so of itself while it runs. The blueprints' machines are nodes of a cluster, and are replaced instead.",
  },
  { control: "SSM.2", asks: "Managed instances are patched.", leftOut: atRuntime },
  { control: "SSM.3", asks: "Managed instances are as they should be.", leftOut: atRuntime },
  { control: "WAF.1", asks: "Global web ACLs of old have a log.", leftOut: ofFirst },
  { control: "WAF.2", asks: "Regional rules of old have a condition.", leftOut: ofFirst },
  { control: "WAF.3", asks: "Regional groups of old have a rule.", leftOut: ofFirst },
  { control: "WAF.4", asks: "Regional web ACLs of old have a rule.", leftOut: ofFirst },
  { control: "WAF.6", asks: "Global rules of old have a condition.", leftOut: ofFirst },
  { control: "WAF.7", asks: "Global groups of old have a rule.", leftOut: ofFirst },
  { control: "WAF.8", asks: "Global web ACLs of old have a rule.", leftOut: ofFirst },
];
