import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const telemetryOutputs = [
  open("streamName", "The stream that records are written to."),
  open("streamArn", "The stream's ARN."),
  open("writerPolicyArn", "An IAM policy: whoever has it may write records, and nothing else."),
  open(
    "readerPolicyArn",
    "An IAM policy: whoever has it may ask questions of the lake in its workgroup, and nothing else.",
  ),
  open("keyArn", "The key under which records, results and logs are encrypted."),
  open("lakeBucketName", "The bucket of the records."),
  open("databaseName", "The catalogue's database."),
  open("tableName", "The table of the operational records."),
  open("workgroupName", "The Athena workgroup, whose queries are cut off at the scan limit."),
  open("deliveryStreamName", "What brings records from the stream into the lake."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
  open("dashboardUrl", "The dashboard, in the cloud's console."),
  open("capacity", "Shards (none on demand) and files that were planned from the records."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type TelemetryOutputName = (typeof telemetryOutputs)[number]["name"];
