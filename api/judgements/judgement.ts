import { z } from "zod";
import { environment, regionName, teamParameter, thingName } from "../http/schemas.ts";

/** Bytes: an export of some thousand resources. */
export const DOCUMENT_LIMIT = 16 * 1_048_576;

const source = z.unknown().optional();

/** What is to be judged, and where it is to stand. */
export const judgementRequest = z
  .strictObject({
    deployment: source.describe("What `pulumi stack export` writes."),
    preview: source.describe("What `pulumi preview --json` prints."),
    events: source.describe("The events of an engine, as `--event-log` has them line by line, in a list."),
    stack: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe("A stack of the service, by its state: `name` or `project/name`."),
    team: teamParameter,
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "must be the digest of a bundle, as GET /v1/gate/bundle gives it")
      .optional()
      .describe("The bundle that the caller means to be judged by; another one in force is an error."),
    environment: environment
      .optional()
      .describe("Where it is to stand; without it what the stack of that name says, or else production."),
    region: regionName.optional(),
    stackSet: thingName.optional(),
  })
  .superRefine((given, context) => {
    const sources = (["deployment", "preview", "events", "stack"] as const).filter((key) => given[key] !== undefined);
    if (sources.length !== 1)
      context.addIssue({
        code: "custom",
        path: [],
        message: `Give one of deployment, preview, events and stack; there ${sources.length === 0 ? "is none" : `are ${sources.join(", ")}`}.`,
      });
  })
  .meta({ id: "JudgementRequest" });
export type JudgementRequest = z.output<typeof judgementRequest>;

const verdict = z.looseObject({
  policy: z.string(),
  pack: z.string(),
  packVersion: z.string(),
  level: z.enum(["advisory", "mandatory"]),
  severity: z.enum(["low", "medium", "high", "critical"]),
  outcome: z.enum(["fail", "unknown", "exempted"]),
  exemption: z.string().optional(),
  figure: z.number().optional(),
  urn: z.string(),
  resourceType: z.string(),
  message: z.string(),
  remediation: z.string(),
});

export const judgementView = z
  .object({
    passed: z.boolean().describe("whether nothing is refused"),
    project: z.string(),
    stack: z.string(),
    environment,
    digest: z.string().describe("of the bundle that it was judged by"),
    summary: z.object({
      resources: z.int(),
      rulesAsked: z.int(),
      refusals: z.int(),
      advice: z.int(),
      unknown: z.int(),
      exempted: z.int(),
    }),
    verdicts: z.array(verdict),
    rulesAsked: z.array(z.string()),
  })
  .meta({ id: "Judgement" });

export const bundleView = z
  .looseObject({
    digest: z.string(),
    pack: z.object({ name: z.string(), version: z.string(), digest: z.string() }),
    settings: z.record(z.string(), z.unknown()).describe("as the organisation's file has them"),
    exemptions: z.array(z.looseObject({ id: z.string(), policy: z.string() })),
    ownPacks: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        digest: z.string(),
        level: z.string().optional().describe("where assignments give it another one than its rules' own"),
      }),
    ),
    place: z.looseObject({ team: z.string(), project: z.string(), stack: z.string(), environment }),
    config: z
      .record(z.string(), z.unknown())
      .describe("the same for this stack, as a file for `pulumi --policy-pack-config`"),
  })
  .meta({ id: "Bundle" });
