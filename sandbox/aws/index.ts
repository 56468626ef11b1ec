import type { InvokeModel, ResourceModel } from "../model/model.ts";
import { acmModels } from "./acm.ts";
import { apigatewayv2Models } from "./apigatewayv2.ts";
import { appautoscalingModels } from "./appautoscaling.ts";
import { appconfigModels } from "./appconfig.ts";
import { athenaModels } from "./athena.ts";
import { autoscalingModels } from "./autoscaling.ts";
import { backupModels } from "./backup.ts";
import { budgetsModels } from "./budgets.ts";
import { cloudfrontModels } from "./cloudfront.ts";
import { cloudwatchModels } from "./cloudwatch.ts";
import { cloudwatchLogs } from "./cloudwatchLogs.ts";
import { dynamodbModels } from "./dynamodb.ts";
import { ec2Capacity } from "./ec2Capacity.ts";
import { ec2Network } from "./ec2Network.ts";
import { ecsModels } from "./ecs.ts";
import { eksModels } from "./eks.ts";
import { eventsModels } from "./events.ts";
import { firehoseModels } from "./firehose.ts";
import { fisModels } from "./fis.ts";
import { generalInvokes } from "./generalInvokes.ts";
import { globalacceleratorModels } from "./globalaccelerator.ts";
import { glueModels } from "./glue.ts";
import { iamModels } from "./iam.ts";
import { kinesisModels } from "./kinesis.ts";
import { kmsModels } from "./kms.ts";
import { lambdaModels } from "./lambda.ts";
import { lbModels } from "./lb.ts";
import { oamModels } from "./oam.ts";
import { route53Models } from "./route53.ts";
import { recoverycontrolModels } from "./route53recoverycontrol.ts";
import { s3Models } from "./s3.ts";
import { schedulerModels } from "./scheduler.ts";
import { secretsmanagerModels } from "./secretsmanager.ts";
import { snsModels } from "./sns.ts";
import { sqsModels } from "./sqs.ts";
import { ssmcontactsModels } from "./ssmcontacts.ts";
import { ssmincidentsModels } from "./ssmincidents.ts";
import { syntheticsModels } from "./synthetics.ts";
import { wafv2Models } from "./wafv2.ts";
import { xrayModels } from "./xray.ts";

/** All AWS types that are modelled: one line a service. */
export const models: readonly ResourceModel[] = [
  ...dynamodbModels,
  ...ec2Network,
  ...ec2Capacity,
  ...eksModels,
  ...iamModels,
  ...kmsModels,
  ...lbModels,
  ...cloudwatchLogs,
  ...s3Models,
  ...secretsmanagerModels,
  ...snsModels,
  ...autoscalingModels,
  ...cloudwatchModels,
  ...budgetsModels,
  ...backupModels,
  ...kinesisModels,
  ...firehoseModels,
  ...glueModels,
  ...athenaModels,
  ...fisModels,
  ...sqsModels,
  ...lambdaModels,
  ...eventsModels,
  ...schedulerModels,
  ...appconfigModels,
  ...apigatewayv2Models,
  ...ecsModels,
  ...appautoscalingModels,
  ...oamModels,
  ...ssmcontactsModels,
  ...ssmincidentsModels,
  ...syntheticsModels,
  ...xrayModels,
  ...acmModels,
  ...cloudfrontModels,
  ...globalacceleratorModels,
  ...recoverycontrolModels,
  ...route53Models,
  ...wafv2Models,
];

/** All AWS functions that are modelled. */
export const invokes: readonly InvokeModel[] = [...generalInvokes];
