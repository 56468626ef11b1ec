import { describe, expect, it } from "vitest";
import { development, production } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { inventedOrigin } from "./origins.ts";
import { blueprint, ofType, record, whole } from "./recorded.ts";

describe("the entry of edge", () => {
  it("dials each region by its weight and asks it for its health", async () => {
    const stack = await record();
    const groups = ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup");
    expect(groups.map(({ inputs }) => [inputs["endpointGroupRegion"], inputs["trafficDialPercentage"]])).toEqual([
      ["eu-west-1", 100],
      ["us-west-2", 50],
    ]);
    const [tcp, https] = ofType(stack, "aws:route53/healthCheck:HealthCheck").filter(({ name }) =>
      name.startsWith("health-"),
    );
    expect(tcp?.inputs).toMatchObject({ type: "TCP", port: 443, requestInterval: 10, failureThreshold: 3 });
    expect(https?.inputs).toMatchObject({ type: "HTTPS", resourcePath: "/healthz", requestInterval: 10 });
  });

  it("keeps players' addresses before an application load balancer, where every one can", async () => {
    const ireland = inventedOrigin("eu-west-1");
    const application = { ...ireland, endpointArn: ireland.endpointArn.replace("/net/", "/app/") };
    const stack = await record({ origins: [application, inventedOrigin("us-west-2")] });
    const groups = ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup");
    expect(groups.map(({ inputs }) => inputs["endpointConfigurations"])).toMatchObject([
      [{ clientIpPreservationEnabled: true }],
      [{ clientIpPreservationEnabled: false }],
    ]);
  });

  it("has no names without a domain, and answers by the accelerator's own", async () => {
    const stack = await record({ origins: whole.origins });
    expect(ofType(stack, "aws:route53/record:Record")).toEqual([]);
    expect(stack.outputs).toMatchObject({ entry: "entry-accelerator.awsglobalaccelerator.com", regionalEntry: "" });
  });

  it("leaves a spare to the accelerator: it has neither a name nor a switch", async () => {
    const spare = { ...inventedOrigin("sa-east-1"), weight: 0 };
    const stack = await record({ ...whole, origins: [...whole.origins, spare] });
    expect(ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup")).toHaveLength(3);
    const named = ofType(stack, "aws:route53/record:Record").map(({ inputs }) => inputs["setIdentifier"]);
    expect(named.filter(Boolean)).toEqual(["eu-west-1", "us-west-2", "anycast", "direct"]);
    expect(Object.keys(stack.outputs["switchIds"] ?? {})).toEqual(["eu-west-1", "us-west-2"]);
  });

  it("is refused in a region to whose buckets the CDN writes no logs", async () => {
    const attempt = record({ origins: whole.origins }, { ...development, region: "eu-south-1" });
    await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining("no bucket in eu-south-1") });
  });

  it("is refused in a region of another partition", async () => {
    const attempt = record({ origins: whole.origins }, { ...development, region: "cn-north-1" });
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringContaining("choose a home region of the partition aws"),
    });
  });

  it.each([
    ["objects", whole],
    [
      "routing controls",
      {
        ...whole,
        switches: "routing-controls",
        switchRegion: undefined,
        monthlyBudget: { amount: "2000.00", currency: "USD" },
      },
    ],
    ["no domain", { origins: whole.origins }],
  ])("passes every rule in production, with %s", async (_what, inputs) => {
    expect(await verdictsOn({ blueprint, inputs, placement: production })).toEqual([]);
  });

  it("is tagged with its owner wherever it can be", async () => {
    const { resources } = await record();
    const tagged = resources.filter(({ inputs }) => inputs["tags"] !== undefined);
    expect(tagged.length).toBeGreaterThan(15);
    for (const { name, inputs } of tagged)
      expect([name, inputs["tags"]]).toEqual([name, expect.objectContaining({ "meridian:owner": "realm-team" })]);
  });

  it("protects what cannot be made again in production, until it is told otherwise", async () => {
    const protectedOnes = async (inputs: unknown) =>
      (await record(inputs)).resources
        .filter(({ inputs: { tags } }) => JSON.stringify(tags ?? {}).includes("meridian:protected"))
        .map(({ name }) => name);
    expect((await protectedOnes(whole)).toSorted()).toEqual([
      "content-bucket",
      "content-encryption-key",
      "encryption-key",
      "logs-bucket-bucket",
      "switches-in-eu-central-1-bucket-bucket",
    ]);
    expect(await protectedOnes({ ...whole, deletionProtection: false })).toEqual([]);
  });
});
