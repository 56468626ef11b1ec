import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { list, type Properties, text, UNKNOWN } from "../model/values.ts";
import { actions, unfitActions, wrongActions } from "./lbActions.ts";
import { BALANCER, LISTENER, LISTENER_RULE, lb } from "./lbService.ts";
import { tagsRule } from "./tags.ts";

/** Source: Elastic Load Balancing user guides, "Listeners" of each type. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
};
const ENCRYPTED = ["HTTPS", "TLS"];

/** The SDK's documentation gives defaults that hold for some protocols only: these rules have none. */
const sslPolicy: PropertyRule = {
  kind: "string",
  computed: true,
  code: "SSLPolicyNotFound",
  pattern: "^ELBSecurityPolicy-(2015-05|2016-08|TLS-1-[0-2]-(Ext-)?\\d{4}-\\d{2}|FS-[\\w-]+|TLS13-1-[0-3]-[\\w-]+)$",
};
const tcpIdleTimeoutSeconds: PropertyRule = { kind: "number", computed: true, min: 60, max: 6000 };

export const listener: ResourceModel = {
  type: LISTENER,
  service: lb,
  codes: { notFound: "ListenerNotFound" },
  inputs: {
    ...inputsOf(LISTENER, {
      loadBalancerArn: { ref: { type: BALANCER, by: "arn", code: "LoadBalancerNotFound", holds: false } },
      certificateArn: {
        code: "CertificateNotFound",
        pattern:
          "^arn:aws[a-z-]*:(acm:[a-z0-9-]+:\\d{12}:certificate/[\\w-]+|iam::\\d{12}:server-certificate/[\\w+=,.@/-]+)$",
      },
      alpnPolicy: { enum: ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"] },
      defaultActions: actions,
      tags: tagsRule("ValidationError"),
    }),
    sslPolicy,
    tcpIdleTimeoutSeconds,
  },
  unique: [{ by: ["loadBalancerArn", "port"], code: "DuplicateListener" }],
  check: (inputs) => [...wrongCertificate(inputs), ...wrongActions(inputs, "defaultActions")],
  refuse: (draft) => unfitProtocol(draft) ?? foreignCertificate(draft) ?? unfit(draft),
  // Rules are part of their listener: they go with it.
  removes: ({ id }, cloud) => cloud.all(LISTENER_RULE).filter(({ outputs }) => outputs["listenerArn"] === id),
  id: ({ inputs, cloud }) =>
    `${(text(inputs, "loadBalancerArn") ?? "").replace(":loadbalancer/", ":listener/")}/${cloud.random.hex(16)}`,
  outputs: {
    arn: ({ id }) => id,
    protocol: (draft) => (typeOf(draft) === "application" ? "HTTP" : ""),
    sslPolicy: ({ inputs }) => (encrypted(inputs) ? "ELBSecurityPolicy-2016-08" : ""),
    tcpIdleTimeoutSeconds: ({ inputs }) => (inputs["protocol"] === "TCP" ? 350 : 0),
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function encrypted(inputs: Properties): boolean {
  return ENCRYPTED.includes(text(inputs, "protocol") ?? "");
}

function wrongCertificate(inputs: Properties): readonly Problem[] {
  const { protocol, certificateArn } = inputs;
  if (protocol === UNKNOWN) return [];
  const refuse = (message: string, property: string) => [{ code: "ValidationError", message, property }];
  if (encrypted(inputs)) {
    if (certificateArn !== undefined) return [];
    return refuse(`A certificate must be specified for ${String(protocol)} listeners`, "certificateArn");
  }
  const strange = ["certificateArn", "sslPolicy"].find((name) => inputs[name] !== undefined);
  if (strange === undefined) return [];
  return refuse(`${strange} cannot be specified for ${String(protocol ?? "HTTP")} listeners`, strange);
}

function typeOf({ inputs, cloud }: Draft): string {
  const balancer = cloud.find(BALANCER, text(inputs, "loadBalancerArn") ?? "");
  return text(balancer?.outputs ?? {}, "loadBalancerType") ?? "";
}

function unfitProtocol(draft: Draft): Problem | undefined {
  const { inputs } = draft;
  const type = typeOf(draft);
  const allowed = PROTOCOLS[type];
  if (allowed === undefined) return undefined;
  if (inputs["port"] === undefined) return invalid("A listener port must be specified", "port");
  const protocol = text(inputs, "protocol") ?? (type === "application" ? "HTTP" : undefined);
  if (protocol === undefined) return invalid("A listener protocol must be specified", "protocol");
  if (allowed.includes(protocol)) return undefined;
  return invalid(`Listener protocol '${protocol}' must be one of '${allowed.join(", ")}'`, "protocol");
}

/** Certificates are no resources of the sandbox: that one of the right account and region exists is believed. */
function foreignCertificate({ inputs, place }: Draft): Problem | undefined {
  const certificate = text(inputs, "certificateArn");
  if (certificate === undefined) return undefined;
  const [, , service, region, account] = certificate.split(":");
  if (account === place.account && (service === "iam" || region === place.region)) return undefined;
  const message = `Certificate ARN '${certificate}' is not of account ${place.account} in ${place.region}`;
  return { code: "CertificateNotFound", message, property: "certificateArn" };
}

function unfit(draft: Draft): Problem | undefined {
  const { inputs, cloud } = draft;
  const balancer = cloud.find(BALANCER, text(inputs, "loadBalancerArn") ?? "");
  return unfitActions(
    list(inputs, "defaultActions"),
    { balancer, protocol: text(inputs, "protocol") ?? "HTTP" },
    cloud,
  );
}

function invalid(message: string, property: string): Problem {
  return { code: "ValidationError", message, property };
}
