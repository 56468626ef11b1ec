// Type imports only, as in resourceTypes.ts.
import type { CertificateArgs as AcmCertificateArgs } from "@pulumi/aws/acm/certificate.js";
import type { TargetArgs as AppautoscalingTargetArgs } from "@pulumi/aws/appautoscaling/target.js";
import type { WorkgroupArgs as AthenaWorkgroupArgs } from "@pulumi/aws/athena/workgroup.js";
import type { PlanArgs as BackupPlanArgs } from "@pulumi/aws/backup/plan.js";
import type { ComputeEnvironmentArgs as BatchComputeEnvironmentArgs } from "@pulumi/aws/batch/computeEnvironment.js";
import type { EventTargetArgs as CloudwatchEventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { LogGroupArgs as CloudwatchLogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { ClusterInstanceArgs as DocdbClusterInstanceArgs } from "@pulumi/aws/docdb/clusterInstance.js";
import type { TableArgs as DynamodbTableArgs } from "@pulumi/aws/dynamodb/table.js";
import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { ClusterArgs as ElasticacheClusterArgs } from "@pulumi/aws/elasticache/cluster.js";
import type { StreamArgs as KinesisStreamArgs } from "@pulumi/aws/kinesis/stream.js";
import type { EventSourceMappingArgs as LambdaEventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import type { FunctionArgs as LambdaFunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { TargetGroupArgs as LbTargetGroupArgs } from "@pulumi/aws/lb/targetGroup.js";
import type { ClusterArgs as MemorydbClusterArgs } from "@pulumi/aws/memorydb/cluster.js";
import type { ClusterInstanceArgs as NeptuneClusterInstanceArgs } from "@pulumi/aws/neptune/clusterInstance.js";
import type { DomainArgs as OpensearchDomainArgs } from "@pulumi/aws/opensearch/domain.js";
import type { ClusterInstanceArgs as RdsClusterInstanceArgs } from "@pulumi/aws/rds/clusterInstance.js";
import type { GlobalClusterArgs as RdsGlobalClusterArgs } from "@pulumi/aws/rds/globalCluster.js";
import type { RecordArgs as Route53RecordArgs } from "@pulumi/aws/route53/record.js";
import type { ScheduleArgs as SchedulerScheduleArgs } from "@pulumi/aws/scheduler/schedule.js";
import type { TopicSubscriptionArgs as SnsTopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";
import type { Unwrap } from "@pulumi/pulumi";

/** The inputs of the types that rules on reliability and cost read, besides those that other rules read too. */
export interface OperatedTypes {
  "aws:acm/certificate:Certificate": Unwrap<AcmCertificateArgs>;
  "aws:appautoscaling/target:Target": Unwrap<AppautoscalingTargetArgs>;
  "aws:athena/workgroup:Workgroup": Unwrap<AthenaWorkgroupArgs>;
  "aws:backup/plan:Plan": Unwrap<BackupPlanArgs>;
  "aws:batch/computeEnvironment:ComputeEnvironment": Unwrap<BatchComputeEnvironmentArgs>;
  "aws:cloudwatch/eventTarget:EventTarget": Unwrap<CloudwatchEventTargetArgs>;
  "aws:cloudwatch/logGroup:LogGroup": Unwrap<CloudwatchLogGroupArgs>;
  "aws:docdb/clusterInstance:ClusterInstance": Unwrap<DocdbClusterInstanceArgs>;
  "aws:dynamodb/table:Table": Unwrap<DynamodbTableArgs>;
  "aws:ecs/service:Service": Unwrap<EcsServiceArgs>;
  "aws:elasticache/cluster:Cluster": Unwrap<ElasticacheClusterArgs>;
  "aws:kinesis/stream:Stream": Unwrap<KinesisStreamArgs>;
  "aws:lambda/eventSourceMapping:EventSourceMapping": Unwrap<LambdaEventSourceMappingArgs>;
  "aws:lambda/function:Function": Unwrap<LambdaFunctionArgs>;
  "aws:lb/targetGroup:TargetGroup": Unwrap<LbTargetGroupArgs>;
  "aws:memorydb/cluster:Cluster": Unwrap<MemorydbClusterArgs>;
  "aws:neptune/clusterInstance:ClusterInstance": Unwrap<NeptuneClusterInstanceArgs>;
  "aws:opensearch/domain:Domain": Unwrap<OpensearchDomainArgs>;
  "aws:rds/clusterInstance:ClusterInstance": Unwrap<RdsClusterInstanceArgs>;
  "aws:rds/globalCluster:GlobalCluster": Unwrap<RdsGlobalClusterArgs>;
  "aws:route53/record:Record": Unwrap<Route53RecordArgs>;
  "aws:scheduler/schedule:Schedule": Unwrap<SchedulerScheduleArgs>;
  "aws:sns/topicSubscription:TopicSubscription": Unwrap<SnsTopicSubscriptionArgs>;
}
