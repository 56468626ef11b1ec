import { onResource, rule } from "../rule.ts";

/** The balancer of the AWS controller ends TLS by a certificate of the account instead of a secret. */
const certificateAnnotation = "alb.ingress.kubernetes.io/certificate-arn";

/** Or, where it only says that it listens by HTTPS, by the one of the account that fits its hosts. */
const portsAnnotation = "alb.ingress.kubernetes.io/listen-ports";

export const requireIngressTls = rule({
  name: "kubernetes-require-ingress-tls",
  description: "In production an Ingress must end TLS.",
  reason: "Sign-in and purchases travel through it. In clear they are read and changed by every network on the way.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.DS-02"] },
  remediation: [`Name hosts and a secret in spec.tls, or a certificate by the annotation ${certificateAnnotation}.`],
  check: onResource("kubernetes:networking.k8s.io/v1:Ingress", ({ metadata, spec }, report, { context }) => {
    if (context.environment !== "production") return;
    const annotations = metadata?.annotations;
    if (annotations?.[portsAnnotation]?.includes("HTTPS")) return;
    if ((spec?.tls ?? []).length === 0 && !annotations?.[certificateAnnotation])
      report("spec.tls is empty, and no certificate is named");
  }),
});
