import { z } from "zod";
import { ARCHIVE_BYTES } from "../../programs/artefacts/archive.ts";
import { packDescription, packKinds } from "../../runner/packs/index.ts";
import { publishedFrom } from "../blueprints/blueprint.ts";
import { teamParameter, timestamp } from "../http/schemas.ts";

/** One version of a pack of policies that a team published. */
export const ownPackView = z
  .object({
    name: z.string().meta({ example: "studio-rules" }),
    version: z.string().meta({ example: "1.0.0" }),
    digest: z.string().describe("The identity of what was published; it never changes."),
    kind: z.enum(packKinds).describe("`crossguard`: TypeScript or JavaScript; `rego`: compiled rules of OPA."),
    team: z.string().optional().describe("Whose it is; absent for those that every team may use."),
    description: z.string(),
    policies: packDescription.shape.policies.describe("The rules, as the pack itself named them when it was loaded."),
    publishedAt: timestamp,
    publishedBy: z.string().describe("The name of a key."),
    publishedFrom,
  })
  .meta({ id: "PolicyPack" });
export type OwnPackView = z.output<typeof ownPackView>;

export const publishPack = z
  .strictObject({
    archive: z
      .base64("Give the archive in base64.")
      .max(Math.ceil(ARCHIVE_BYTES / 3) * 4, `Give at most ${ARCHIVE_BYTES} bytes, before they are written in base64.`)
      .describe("A gzipped tar of the pack's files, `PulumiPolicy.yaml` among them. docs/own-packs.md."),
    digest: z.string().optional().describe("The digest that the publisher worked out; another one is refused."),
    from: publishedFrom.default({ kind: "folder" }),
    everyone: z.boolean().default(false).describe("For all teams; an admin's right."),
    team: teamParameter,
  })
  .meta({ id: "PublishPolicyPack" });
export type PublishPack = z.output<typeof publishPack>;
