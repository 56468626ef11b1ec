import { type KnownResource, UNKNOWN } from "../../../policies/index.ts";
import { fixtures, variants } from "../../policies/fixtures/corpus.ts";
import type { RuleFixture } from "../../policies/support/ruleFixture.ts";
import { wiredPrograms } from "./wiredPrograms.ts";

/** A small program: the resources it registers, in their order. */
export interface ParityProgram {
  readonly name: string;
  readonly resources: readonly Registered[];
}

/** A value of `UNKNOWN` comes from a resource that gives none in a preview. */
export type Registered = Pick<KnownResource, "type" | "name" | "inputs"> & {
  /** Input properties that are the id of an earlier resource of the program, by its name. */
  readonly references?: Readonly<Record<string, string>>;
  /** Whether its inputs are secret. */
  readonly secret?: boolean;
};

export const environments = ["development", "staging", "production"] as const;
export type ParityEnvironment = (typeof environments)[number];

const one = (
  name: string,
  type: string,
  inputs: KnownResource["inputs"],
  more: Partial<Registered> = {},
): ParityProgram => ({
  name,
  resources: [{ type, name, inputs, ...more }],
});
const group = "aws:autoscaling/group:Group";
const door = "aws:ec2/securityGroup:SecurityGroup";
const open = { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] };

/** The settings of the organisation at every door: a level each way, and a limit. */
export const settings = {
  "cost-recommend-tags": "disabled",
  "security-require-session-metadata": "advisory",
  "cost-limit-fleets": { mostMachines: { development: 30, staging: 61 } },
};

/** The name of what is exempted, of what an exemption's ceiling lets through, and of what is over it. */
export const exempted = { door: "exempted-door", within: "within-ceiling", over: "over-ceiling" } as const;

const ofAll: readonly ParityProgram[] = [
  one("open-door", door, open),
  one(exempted.door, door, open),
  one(exempted.within, group, { maxSize: 500, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] }),
  one(exempted.over, group, { maxSize: 501, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] }),
  one("limit-that-is-set", group, { maxSize: 30, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] }),
  one("unknown-size", group, { maxSize: UNKNOWN, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] }),
  one("not-ours", "aws:sqs/queue:Queue", { name: UNKNOWN }),
  one("secret-tag", door, { ...open, description: "a secret" }, { secret: true }),
];

/** The first fixture of each rule: that the other types of a rule are judged by a pack as by the gate is shown elsewhere. */
export function fixturesOf(environment: ParityEnvironment): readonly RuleFixture[] {
  const there = fixtures.filter(({ context }) => (context?.environment ?? "production") === environment);
  return [...Map.groupBy(there, ({ policy }) => policy).values()].flatMap((ofRule) => ofRule.slice(0, 1));
}

/**
 * The compliant, the spoiled and the unknown variant of a fixture of each rule is a program of its own; then some whose resources
 * refer to each other, and some that are about settings, exemptions and secrets.
 */
export function programsOf(environment: ParityEnvironment): readonly ParityProgram[] {
  const ofFixtures = fixturesOf(environment).flatMap((fixture) =>
    variants(fixture).map((inputs, index) => one(`${fixture.policy}-${index}`, fixture.type, inputs)),
  );
  return [...ofFixtures, ...wiredPrograms, ...ofAll];
}
