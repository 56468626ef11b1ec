import { describe, expect, it } from "vitest";
import { type BlueprintName, catalog } from "../../programs/catalog.ts";
import { production, recordBlueprint } from "./recordedStack.ts";

/** All but the one that makes nothing in a cloud. */
const blueprints = Object.entries(catalog.blueprints)
  .filter(([name]) => name !== "hybrid")
  .map(([name, { example }]) => ({
    blueprint: name as BlueprintName, // the catalog's own keys
    inputs: example,
  }));

/** What takes messages or objects from whoever may, and the resource that holds its policy. */
const guarded = [
  ["aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"],
  ["aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"],
  ["aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"],
] as const;

describe("topics, queues and buckets", () => {
  it.each(blueprints)("of $blueprint refuse everyone who does not speak TLS", async ({ blueprint, inputs }) => {
    const { resources } = await recordBlueprint({ blueprint, inputs, placement: production });
    const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
    expect(ofType("aws:sns/topic:Topic").length).toBeGreaterThan(0);
    for (const [thing, policy] of guarded) {
      const policies = ofType(policy);
      expect([thing, policies.length]).toEqual([thing, ofType(thing).length]);
      for (const { inputs: given } of policies) {
        const refusal = { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
        expect(JSON.parse(String(given["policy"])).Statement).toContainEqual(expect.objectContaining(refusal));
      }
    }
  });
});
