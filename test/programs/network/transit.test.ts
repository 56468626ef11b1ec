import { afterAll, beforeAll, expect, test } from "vitest";
import { type BlueprintProject, blueprintProject } from "../blueprintProject.ts";

/** The first answers, the second asks. */
const regions = ["eu-west-1", "us-east-1"] as const;
const [home, away] = regions;
type Region = (typeof regions)[number];
const now = ["--yes", "--skip-preview"];
/** Some dozen runs of the engine, on a machine that may be doing other things. */
const PATIENCE = { timeout: 900_000 };

let sandbox: BlueprintProject["sandbox"];
let project: BlueprintProject["project"];
let close: BlueprintProject["close"];

beforeAll(async () => {
  ({ sandbox, project, close } = await blueprintProject());
});

afterAll(() => close());

async function succeeds(region: Region, ...args: string[]): Promise<string> {
  const { exitCode, output } = await project.pulumi(...args, "--stack", `shared.sandbox.${region}`);
  expect(exitCode, output).toBe(0);
  return output;
}

/** Gives both regions the same inputs, as a stack set does, and updates them in their order. */
async function update(transit: object): Promise<void> {
  const inputs = JSON.stringify({ addresses: { regions }, zones: 2, transit });
  for (const region of regions) {
    await succeeds(region, "config", "set", "meridian:inputs", inputs);
    await succeeds(region, "up", ...now);
  }
}

async function output(region: Region, name: string): Promise<unknown> {
  const { [name]: value } = JSON.parse(await succeeds(region, "stack", "output", "--json"));
  return value;
}

/** Where private subnets of a region are led by way of the transit gateway, each block once. */
async function reaches(region: Region): Promise<readonly string[]> {
  const engine = await sandbox.engine({ configuration: { region } });
  const { body } = await sandbox.control("GET", `/resources?region=${region}&type=aws:ec2/route:Route`);
  // The control port's own answer.
  const { items } = body as { items: readonly { id: string }[] };
  const routes = await Promise.all(items.map(({ id }) => engine.read("aws:ec2/route:Route", id)));
  const blocks = routes.flatMap((route) =>
    route?.outputs["transitGatewayId"] === undefined ? [] : [String(route.outputs["destinationCidrBlock"])],
  );
  return [...new Set(blocks)];
}

test(
  "two regions are joined by two updates after the one that makes their gateways, and part again",
  PATIENCE,
  async () => {
    for (const region of regions) {
      const values = {
        "aws:region": region,
        "meridian:blueprint": "network",
        "meridian:stackSet": "shared",
        "meridian:target": "sandbox",
        "meridian:owner": "platform-team",
        "meridian:costCentre": "live-1",
      };
      await succeeds(region, "stack", "init");
      const settings = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
      await succeeds(region, "config", "set-all", ...settings);
    }

    await update({});
    const gateways = { [home]: await output(home, "transitGatewayId"), [away]: await output(away, "transitGatewayId") };
    const pair = { from: away, to: home };
    await update({ gateways, peerings: [pair] });
    expect([await reaches(home), await reaches(away)]).toEqual([[], []]);

    const asked = await output(away, "transitPeeringIds");
    expect(asked).toEqual({ [home]: expect.stringMatching(/^tgw-attach-/) });
    const attachmentId = (asked as Record<string, string>)[home]; // as just seen
    await update({ gateways, peerings: [{ ...pair, attachmentId }] });
    expect([await reaches(home), await reaches(away)]).toEqual([["10.65.0.0/16"], ["10.64.0.0/16"]]);
    for (const region of regions) {
      await succeeds(region, "preview", "--expect-no-changes");
      await succeeds(region, "refresh", ...now, "--expect-no-changes");
    }

    await update({});
    expect([await reaches(home), await reaches(away)]).toEqual([[], []]);
    for (const region of regions) await succeeds(region, "destroy", ...now);
    const { body } = await sandbox.control("GET", "/resources");
    expect(body).toMatchObject({ items: [] });
  },
);
