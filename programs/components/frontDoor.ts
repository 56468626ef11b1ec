import { Attachment } from "@pulumi/aws/autoscaling/attachment.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { type Colour, colours } from "./colours.ts";

export interface FrontDoorArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly logBucket: pulumi.Input<string>;
  /** The ARN of a certificate makes the door public; without one it is inside the network, in clear text. */
  readonly certificateArn: string | undefined;
  readonly nodePorts: {
    readonly lobby: Readonly<Record<Colour, number>>;
    readonly api: Readonly<Record<Colour, number>>;
  };
  readonly autoscalingGroups: readonly pulumi.Input<string>[];
  /** The share of players that meets each colour, in percent. */
  readonly split: Readonly<Record<Colour, number>>;
}

type Service = "lobby" | "api";

/**
 * While both colours take players, one who met a colour stays with it for this long (seconds), by a cookie. Where one colour takes
 * everyone there is none, so that a way back moves those too who hold a cookie.
 */
const stickySeconds = 3600;

/** Paths that go to the API; all others go to the lobby. */
const apiPaths = ["/api/*"];

/** TLS 1.2 and 1.3 with forward secrecy. Source: Elastic Load Balancing user guide, "Security policies". */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/**
 * The front door of lobby and API. Both colours are always behind it; the weights say which one players meet, so that a switch, and
 * the way back, is one change of a listener.
 */
export class FrontDoor extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** The zone in which the balancer's name stands, for alias records. */
  readonly hostedZoneId: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** The part of the ARN by which metrics name the balancer. */
  readonly metricName: pulumi.Output<string>;
  readonly targetMetricNames: Readonly<Record<Service, Readonly<Record<Colour, pulumi.Output<string>>>>>;

  constructor(name: string, args: FrontDoorArgs, place: ComponentPlace) {
    const { context, certificateArn } = args;
    super(componentType(context.blueprint, "FrontDoor"), name, {}, place);
    const child = { parent: this };
    const balancer = new LoadBalancer(
      `${name}-balancer`,
      {
        name: context.name("loadBalancer", "door"),
        loadBalancerType: "application",
        internal: certificateArn === undefined,
        subnets: [...args.subnetIds],
        securityGroups: [args.securityGroupId],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: context.deletionProtection,
        accessLogs: { enabled: true, bucket: args.logBucket, prefix: "door" },
        tags: context.tags(`${name}-balancer`),
      },
      // Opening the door to the internet makes a new one, and a target group stands behind one balancer only.
      { parent: this, deleteBeforeReplace: true },
    );
    const targets = { lobby: targetsOf(this, name, "lobby", args), api: targetsOf(this, name, "api", args) };
    const mixed = colours.every((colour) => args.split[colour] > 0);
    const forward = (service: Service) => ({
      type: "forward",
      forward: {
        targetGroups: colours.map((colour) => ({ arn: targets[service][colour].arn, weight: args.split[colour] })),
        ...(mixed ? { stickiness: { enabled: true, duration: stickySeconds } } : {}),
      },
    });
    const encrypted = certificateArn === undefined ? {} : { certificateArn, sslPolicy: tlsPolicy };
    const listener = new Listener(
      `${name}-lobby`,
      {
        loadBalancerArn: balancer.arn,
        port: certificateArn === undefined ? 80 : 443,
        protocol: certificateArn === undefined ? "HTTP" : "HTTPS",
        ...encrypted,
        defaultActions: [forward("lobby")],
        tags: context.tags(`${name}-lobby`),
      },
      child,
    );
    new ListenerRule(
      `${name}-api`,
      {
        listenerArn: listener.arn,
        priority: 10,
        conditions: [{ pathPattern: { values: apiPaths } }],
        actions: [forward("api")],
        tags: context.tags(`${name}-api`),
      },
      child,
    );
    if (certificateArn !== undefined) {
      new Listener(
        `${name}-to-https`,
        {
          loadBalancerArn: balancer.arn,
          port: 80,
          protocol: "HTTP",
          defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
          tags: context.tags(`${name}-to-https`),
        },
        child,
      );
    }
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.hostedZoneId = balancer.zoneId;
    this.url = pulumi.interpolate`${certificateArn === undefined ? "http" : "https"}://${balancer.dnsName}`;
    this.metricName = balancer.arnSuffix;
    const metricNames = (service: Service) => ({
      blue: targets[service].blue.arnSuffix,
      green: targets[service].green.arnSuffix,
    });
    this.targetMetricNames = { lobby: metricNames("lobby"), api: metricNames("api") };
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

function targetsOf(
  parent: FrontDoor,
  name: string,
  service: Service,
  args: FrontDoorArgs,
): Readonly<Record<Colour, TargetGroup>> {
  const { context, nodePorts } = args;
  const target = (colour: Colour): TargetGroup => {
    const role = `${service}-${colour}`;
    const group = new TargetGroup(
      `${name}-${role}`,
      {
        name: context.name("targetGroup", role),
        port: nodePorts[service][colour],
        protocol: "HTTP",
        targetType: "instance",
        vpcId: args.vpcId,
        deregistrationDelay: 60,
        // Both services are one process, which tells of its health on the API's port.
        healthCheck: {
          protocol: "HTTP",
          path: "/healthz",
          port: String(nodePorts.api[colour]),
          interval: 10,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags: context.tags(`${name}-${role}`),
      },
      { parent },
    );
    for (const [index, autoscalingGroupName] of args.autoscalingGroups.entries()) {
      new Attachment(`${name}-${role}-${index + 1}`, { autoscalingGroupName, lbTargetGroupArn: group.arn }, { parent });
    }
    return group;
  };
  return { blue: target("blue"), green: target("green") };
}
