// Type imports only, as in resourceTypes.ts.
import type { TargetArgs as AppautoscalingTargetArgs } from "@pulumi/aws/appautoscaling/target.js";
import type { PlanArgs as BackupPlanArgs } from "@pulumi/aws/backup/plan.js";
import type { ComputeEnvironmentArgs as BatchComputeEnvironmentArgs } from "@pulumi/aws/batch/computeEnvironment.js";
import type { EventTargetArgs as CloudwatchEventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { ClusterInstanceArgs as DocdbClusterInstanceArgs } from "@pulumi/aws/docdb/clusterInstance.js";
import type { EventSourceMappingArgs as LambdaEventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import type { TargetGroupArgs as LbTargetGroupArgs } from "@pulumi/aws/lb/targetGroup.js";
import type { ClusterInstanceArgs as NeptuneClusterInstanceArgs } from "@pulumi/aws/neptune/clusterInstance.js";
import type { GlobalClusterArgs as RdsGlobalClusterArgs } from "@pulumi/aws/rds/globalCluster.js";
import type { RecordArgs as Route53RecordArgs } from "@pulumi/aws/route53/record.js";
import type { ScheduleArgs as SchedulerScheduleArgs } from "@pulumi/aws/scheduler/schedule.js";
import type { TopicSubscriptionArgs as SnsTopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";
import type { Unwrap } from "@pulumi/pulumi";

/** The inputs of the types that rules on reliability and cost read, besides those that other rules read too. */
export interface OperatedTypes {
  "aws:appautoscaling/target:Target": Unwrap<AppautoscalingTargetArgs>;
  "aws:backup/plan:Plan": Unwrap<BackupPlanArgs>;
  "aws:batch/computeEnvironment:ComputeEnvironment": Unwrap<BatchComputeEnvironmentArgs>;
  "aws:cloudwatch/eventTarget:EventTarget": Unwrap<CloudwatchEventTargetArgs>;
  "aws:docdb/clusterInstance:ClusterInstance": Unwrap<DocdbClusterInstanceArgs>;
  "aws:lambda/eventSourceMapping:EventSourceMapping": Unwrap<LambdaEventSourceMappingArgs>;
  "aws:lb/targetGroup:TargetGroup": Unwrap<LbTargetGroupArgs>;
  "aws:neptune/clusterInstance:ClusterInstance": Unwrap<NeptuneClusterInstanceArgs>;
  "aws:rds/globalCluster:GlobalCluster": Unwrap<RdsGlobalClusterArgs>;
  "aws:route53/record:Record": Unwrap<Route53RecordArgs>;
  "aws:scheduler/schedule:Schedule": Unwrap<SchedulerScheduleArgs>;
  "aws:sns/topicSubscription:TopicSubscription": Unwrap<SnsTopicSubscriptionArgs>;
}
