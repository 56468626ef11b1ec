/** Reviewed: types that cost nothing as they are, by what AWS's own page says. What they lead to is priced where it is. */
const groups: readonly (readonly [why: string, types: readonly string[]])[] = [
  [
    "IAM has no charge (AWS IAM FAQ)",
    [
      ..."accessKey group groupMembership groupPolicy groupPolicyAttachment instanceProfile openIdConnectProvider policy role".split(
        " ",
      ),
      ..."rolePolicy rolePolicyAttachment user userPolicy userPolicyAttachment".split(" "),
    ].map((name) => `aws:iam/${name}`),
  ],
  [
    "a VPC and its parts have no charge (Amazon VPC pricing)",
    [
      ..."defaultNetworkAcl defaultRouteTable defaultSecurityGroup egressOnlyInternetGateway eipAssociation".split(" "),
      ..."internetGateway keyPair networkAcl networkAclRule networkInterface placementGroup route routeTable".split(
        " ",
      ),
      ..."routeTableAssociation securityGroup securityGroupRule subnet vpc vpcDhcpOptions vpcEndpointRouteTableAssociation".split(
        " ",
      ),
    ]
      .map((name) => `aws:ec2/${name}`)
      .concat(["aws:vpc/securityGroupEgressRule", "aws:vpc/securityGroupIngressRule"]),
  ],
  [
    "logs of flows are priced with the log group or bucket that takes them (Amazon CloudWatch pricing, vended logs)",
    ["aws:ec2/flowLog"],
  ],
  [
    "a transit gateway costs by its attachments, of which each pays its own side (AWS Transit Gateway pricing)",
    "peeringAttachmentAccepter route routeTable routeTableAssociation routeTablePropagation transitGateway"
      .split(" ")
      .map((name) => `aws:ec2transitgateway/${name}`),
  ],
  [
    "scaling has no charge of its own; the machines and tasks have (AWS Auto Scaling pricing)",
    [
      ..."attachment lifecycleHook policy schedule".split(" ").map((name) => `aws:autoscaling/${name}`),
      "aws:appautoscaling/policy",
      "aws:appautoscaling/target",
      "aws:appautoscaling/scheduledAction",
      "aws:ec2/launchTemplate",
      "aws:ec2/launchConfiguration",
      "aws:ecs/cluster",
      "aws:ecs/taskDefinition",
    ],
  ],
  [
    "priced with its EKS cluster (Amazon EKS pricing)",
    "accessEntry accessPolicyAssociation addon podIdentityAssociation".split(" ").map((name) => `aws:eks/${name}`),
  ],
  [
    "priced with its load balancer (Elastic Load Balancing pricing)",
    "listener listenerCertificate listenerRule targetGroup targetGroupAttachment"
      .split(" ")
      .flatMap((name) => ["lb", "alb", "elasticloadbalancingv2"].map((module) => `aws:${module}/${name}`)),
  ],
  [
    "priced with its API (Amazon API Gateway pricing)",
    "authorizer deployment integration route stage".split(" ").map((name) => `aws:apigatewayv2/${name}`),
  ],
  ["priced with its function and what calls it (AWS Lambda pricing)", ["aws:lambda/permission"]],
  [
    "priced with its bucket (Amazon S3 pricing)",
    [
      ..."bucketLifecycleConfiguration bucketLogging bucketNotification bucketObjectv2 bucketOwnershipControls".split(
        " ",
      ),
      ..."bucketPolicy bucketPublicAccessBlock bucketServerSideEncryptionConfiguration bucketVersioning".split(" "),
      ..."bucketAclV2 bucketLifecycleConfigurationV2 bucketLoggingV2 bucketVersioningV2".split(" "),
      "bucketServerSideEncryptionConfigurationV2",
    ].map((name) => `aws:s3/${name}`),
  ],
  [
    "priced with the queue or topic (Amazon SQS and SNS pricing)",
    ["aws:sqs/queuePolicy", "aws:sqs/redrivePolicy", "aws:sns/topicPolicy"],
  ],
  ["an alias of a key has no charge (AWS KMS pricing)", ["aws:kms/alias", "aws:kms/grant"]],
  ["priced with its secret (AWS Secrets Manager pricing)", ["aws:secretsmanager/secretVersion"]],
  [
    "a budget that only tells has no charge (AWS Budgets pricing); nor has a plan or rule that only describes (AWS Backup pricing)",
    [
      "aws:budgets/budget",
      ..."plan restoreTestingSelection selection vaultLockConfiguration vaultNotifications vaultPolicy"
        .split(" ")
        .map((name) => `aws:backup/${name}`),
    ],
  ],
  [
    "priced with its distribution (Amazon CloudFront pricing)",
    "originAccessControl responseHeadersPolicy".split(" ").map((name) => `aws:cloudfront/${name}`),
  ],
  [
    "priced with the bus, log group or stream it belongs to (Amazon EventBridge and CloudWatch pricing)",
    "eventRule eventTarget logStream queryDefinition".split(" ").map((name) => `aws:cloudwatch/${name}`),
  ],
  [
    "priced with its accelerator (AWS Global Accelerator pricing)",
    "customRoutingEndpointGroup customRoutingListener endpointGroup listener"
      .split(" ")
      .map((name) => `aws:globalaccelerator/${name}`),
  ],
  [
    "priced with its cluster (Amazon Application Recovery Controller pricing)",
    "controlPanel routingControl safetyRule".split(" ").map((name) => `aws:route53recoverycontrol/${name}`),
  ],
  ["priced with its zone (Amazon Route 53 pricing)", ["aws:route53/record"]],
  ["priced with its web ACL or where its logs go (AWS WAF pricing)", ["aws:wafv2/webAclLoggingConfiguration"]],
  [
    "a description that something else runs or reads (pricing pages of AWS Glue, Athena, FIS, X-Ray, AppConfig)",
    [
      "aws:athena/namedQuery",
      ..."application configurationProfile deployment deploymentStrategy environment hostedConfigurationVersion"
        .split(" ")
        .map((name) => `aws:appconfig/${name}`),
      "aws:glue/catalogDatabase",
      "aws:glue/catalogTable",
      "aws:fis/experimentTemplate",
      "aws:xray/group",
      "aws:xray/samplingRule",
    ],
  ],
  [
    "sharing of metrics and logs between accounts has no charge (Amazon CloudWatch pricing)",
    ["aws:oam/sink", "aws:oam/sinkPolicy", "aws:oam/link"],
  ],
  [
    "a group or contact has no charge; the plan that pages it has (AWS Systems Manager pricing)",
    ["aws:scheduler/scheduleGroup", "aws:ssmcontacts/contactChannel"],
  ],
];

/** `aws:iam/role` is the module's part of `aws:iam/role:Role`. */
const tokenOf = (short: string): string => {
  const name = short.slice(short.indexOf("/") + 1);
  return `${short}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
};

const byType: ReadonlyMap<string, string> = new Map(
  groups.flatMap(([why, types]) => types.map((type) => [tokenOf(type), why] as const)),
);

/** Why a type costs nothing; undefined where it may cost. */
export const whyFree = (type: string): string | undefined =>
  byType.get(type) ?? (type.startsWith("random:") ? "it is a value in the state, and nowhere else" : undefined);

/** Reviewed: what may cost and is not in the book, with what it is that costs. */
const unpricedTypes: Readonly<Record<string, string>> = {
  "aws:athena/workgroup:Workgroup": "queries cost by the data they read: no price in the book",
  "aws:backup/reportPlan:ReportPlan": "no price of reports in the book",
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": "the restores that it tests cost: no price in the book",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": "no price of composite alarms in the book",
  "aws:cloudwatch/contributorInsightRule:ContributorInsightRule": "no price of contributor insights in the book",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "the metrics it makes cost: no price in the book",
  "aws:s3/bucketMetric:BucketMetric": "no price of request metrics in the book",
  "aws:scheduler/schedule:Schedule": "no price of the scheduler's calls in the book",
  "aws:ssmcontacts/contact:Contact": "no price of incident management in the book",
  "aws:ssmcontacts/plan:Plan": "no price of incident management in the book",
  "aws:ssmincidents/replicationSet:ReplicationSet": "no price of incident management in the book",
  "aws:ssmincidents/responsePlan:ResponsePlan": "no price of incident management in the book",
  "aws:synthetics/canary:Canary": "no price of canaries' runs in the book",
};

export const whyUnpriced = (type: string): string | undefined =>
  Object.hasOwn(unpricedTypes, type) ? unpricedTypes[type] : undefined;
