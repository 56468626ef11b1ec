import { z } from "zod";
import { Problem } from "../../base/problem.ts";
import { type Deployment, deploymentSchema, emptyDeployment, type StoredDeployment } from "./deployment.ts";

/** A deployment as clients send it whole: on import, and as a checkpoint. */
export const storedDeploymentSchema = z.object({
  version: z.number().int(),
  features: z.array(z.string()).nullish(),
  deployment: deploymentSchema,
});

/** The oldest and newest schema of a deployment that is taken: what the pinned engine writes (apitype/core.go). */
const OLDEST = 3;
const NEWEST = 4;

/** @throws Problem `invalid-request` for a schema that the service cannot judge or replay */
export function toStoredDeployment(body: z.output<typeof storedDeploymentSchema>): StoredDeployment {
  const { version, features, deployment } = body;
  if (version < OLDEST || version > NEWEST)
    throw new Problem(
      "invalid-request",
      `The deployment has schema version ${version}: 3 and 4 are taken. Use the CLI 3.259 or newer.`,
    );
  return {
    version,
    ...(features && features.length > 0 && { features }),
    // The schema has looked at every member that the service reads; null, which it allows, stands for absent.
    deployment: withoutNulls((deployment ?? emptyDeployment) as Deployment),
  };
}

function withoutNulls(deployment: Deployment): Deployment {
  const given = Object.entries(deployment).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(given), manifest: deployment.manifest };
}
