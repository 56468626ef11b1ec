/** What a restore test can restore without being told where to. Source: AWS Backup developer guide, "Restore testing inferred metadata". */
export const restorableTypes = ["DynamoDB", "EBS", "EFS", "S3"] as const;
