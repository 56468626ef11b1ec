import { HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { FAILURES } from "./convergence.ts";
import type { EdgeInputs } from "./inputs.ts";
import type { PlannedOrigin } from "./traffic.ts";

export interface OriginHealthArgs {
  readonly context: StackContext;
  readonly origins: readonly PlannedOrigin[];
  readonly interval: EdgeInputs["healthInterval"];
}

/** Whether each region answers, as the whole world sees it. */
export class OriginHealth extends pulumi.ComponentResource {
  /** Ids of health checks by region. */
  readonly checks: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, { context, origins, interval }: OriginHealthArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "OriginHealth"), name, {}, place);
    const checks = origins.map(({ origin }) => {
      const check = `${name}-${origin.region}`;
      const asked =
        origin.healthPath === undefined
          ? { type: "TCP" }
          : { type: "HTTPS", resourcePath: origin.healthPath, enableSni: true };
      const { id } = new HealthCheck(
        check,
        {
          ...asked,
          fqdn: origin.dnsName,
          port: origin.port,
          requestInterval: interval,
          failureThreshold: FAILURES,
          tags: context.tags(check),
        },
        // Its type and interval cannot change, and nothing forbids two that ask the same.
        { parent: this },
      );
      return [origin.region, id] as const;
    });
    this.checks = Object.fromEntries(checks);
    this.registerOutputs({});
  }
}
