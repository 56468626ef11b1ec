import type { CoveredControl } from "./coveredControl.ts";

const account = "It is a matter of the account and of the persons in it: no program of a stack makes or changes it.";
const monitored =
  "It watches the account's own trail, once for the account: a stack of a game neither has that trail nor may speak for it.";
const atRuntime = "It is found by use over time, and a program does not show it.";

/**
 * CIS AWS Foundations Benchmark 5.0.0, all of it; what is asked is in our own words. The numbers are those in the compliance mappings of
 * Prowler 5.46.0 (`prowler/compliance/aws/cis_5.0_aws.json`, PyPI).
 */
export const cis: readonly CoveredControl[] = [
  { control: "1.1", asks: "The account's contact details are kept current.", leftOut: account },
  { control: "1.2", asks: "The account names a security contact.", leftOut: account },
  { control: "1.3", asks: "The root user has no access key.", leftOut: account },
  { control: "1.4", asks: "The root user signs in with a second factor.", leftOut: account },
  { control: "1.5", asks: "The root user's second factor is a device.", leftOut: account },
  { control: "1.6", asks: "Nobody works as the root user.", leftOut: account },
  { control: "1.7", asks: "Passwords have fourteen characters at least." },
  { control: "1.8", asks: "Passwords are not used again." },
  { control: "1.9", asks: "Every user with a console password has a second factor.", leftOut: account },
  { control: "1.10", asks: "Access keys are not made along with a user.", leftOut: account },
  { control: "1.11", asks: "Credentials unused for 45 days are taken away.", leftOut: atRuntime },
  { control: "1.12", asks: "A user has one active access key at most.", leftOut: atRuntime },
  { control: "1.13", asks: "Access keys are rotated: programs make none." },
  { control: "1.14", asks: "Users get permissions by groups alone." },
  { control: "1.15", asks: "No policy allows everything on everything." },
  { control: "1.16", asks: "A role exists for work with AWS support.", leftOut: account },
  { control: "1.17", asks: "Machines use roles to reach the cloud." },
  { control: "1.18", asks: "Expired certificates in IAM are removed.", leftOut: atRuntime },
  { control: "1.19", asks: "External access is analysed in every region.", leftOut: account },
  { control: "1.20", asks: "Users are managed in one place: programs make no passwords for them." },
  { control: "1.21", asks: "Nobody has all of CloudShell." },
  { control: "2.1.1", asks: "Buckets refuse what comes over HTTP." },
  {
    control: "2.1.2",
    asks: "Deleting a version of an object takes a second factor.",
    leftOut: "It can be switched on by the root user's own session alone, with a device in hand.",
  },
  {
    control: "2.1.3",
    asks: "What lies in S3 is discovered and classified.",
    leftOut: "It is about the data that came later, and not about the program that made the bucket.",
  },
  { control: "2.1.4", asks: "Buckets block public access." },
  { control: "2.2.1", asks: "Databases are encrypted at rest." },
  { control: "2.2.2", asks: "Databases take minor versions by themselves." },
  { control: "2.2.3", asks: "Databases are not public." },
  {
    control: "2.2.4",
    asks: "Databases span zones.",
    leftOut: "The rules for RDS.5 and RDS.15 ask for it in production; what is not production may live in one zone.",
  },
  { control: "2.3.1", asks: "File systems are encrypted at rest." },
  { control: "3.1", asks: "Trails cover every region." },
  { control: "3.2", asks: "Files of trails can be proven unchanged." },
  { control: "3.3", asks: "Configuration is recorded in every region.", leftOut: account },
  { control: "3.4", asks: "The bucket of a trail logs its requests." },
  { control: "3.5", asks: "Trails are encrypted by a key." },
  { control: "3.6", asks: "Symmetric keys are rotated." },
  { control: "3.7", asks: "Networks have flow logs." },
  {
    control: "3.8",
    asks: "Writes of objects are in a trail.",
    leftOut:
      "Which objects are worth the price of a record each is for who knows the data: logs of requests are asked for instead.",
  },
  {
    control: "3.9",
    asks: "Reads of objects are in a trail.",
    leftOut:
      "Which objects are worth the price of a record each is for who knows the data: logs of requests are asked for instead.",
  },
  { control: "4.1", asks: "Refused calls are watched.", leftOut: monitored },
  { control: "4.2", asks: "Sign-ins without a second factor are watched.", leftOut: monitored },
  { control: "4.3", asks: "Use of the root user is watched.", leftOut: monitored },
  { control: "4.4", asks: "Changes of IAM policies are watched.", leftOut: monitored },
  { control: "4.5", asks: "Changes of trails are watched.", leftOut: monitored },
  { control: "4.6", asks: "Failed sign-ins are watched.", leftOut: monitored },
  { control: "4.7", asks: "The end of a key is watched.", leftOut: monitored },
  { control: "4.8", asks: "Changes of bucket policies are watched.", leftOut: monitored },
  { control: "4.9", asks: "Changes of the recording of configuration are watched.", leftOut: monitored },
  { control: "4.10", asks: "Changes of security groups are watched.", leftOut: monitored },
  { control: "4.11", asks: "Changes of network access lists are watched.", leftOut: monitored },
  { control: "4.12", asks: "Changes of gateways are watched.", leftOut: monitored },
  { control: "4.13", asks: "Changes of routes are watched.", leftOut: monitored },
  { control: "4.14", asks: "Changes of networks are watched.", leftOut: monitored },
  { control: "4.15", asks: "Changes of the organisation are watched.", leftOut: monitored },
  { control: "4.16", asks: "Security Hub is on.", leftOut: account },
  { control: "5.1.1", asks: "Volumes are encrypted, in every region." },
  { control: "5.1.2", asks: "File shares are open to networks that are trusted alone." },
  { control: "5.2", asks: "No network access list lets the world in to administration ports." },
  { control: "5.3", asks: "No security group lets the IPv4 world in to administration ports." },
  { control: "5.4", asks: "No security group lets the IPv6 world in to administration ports." },
  { control: "5.5", asks: "Default security groups let nothing in or out." },
  {
    control: "5.6",
    asks: "Routes over a peering lead to what is needed alone.",
    leftOut:
      "What is needed is not in a program: the blueprints reach other networks by a transit gateway with tables of its own.",
  },
  { control: "5.7", asks: "The metadata service asks for session tokens." },
];
