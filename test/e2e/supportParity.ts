import { type KnownResource, UNKNOWN } from "../../policies/index.ts";
import { corpora } from "../policies/fixtures/corpus.ts";

/** A small program: the resources it registers, in their order. */
export interface ParityProgram {
  readonly name: string;
  readonly resources: readonly Registered[];
}

/** As the project's `resources.json` lists it; a value of `UNKNOWN` comes from a resource that gives none in a preview. */
export type Registered = Pick<KnownResource, "type" | "name" | "inputs"> & {
  /** Input properties that are the id of another resource of the program, by its name. */
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

/** Every fixture's compliant, spoiled and unknown variant is a program of its own; then some that are about settings and exemptions. */
export function programsOf(environment: ParityEnvironment): readonly ParityProgram[] {
  const ofFixtures = corpora
    .filter(({ context }) => context.environment === environment)
    .flatMap(({ resources }, corpus) =>
      resources.map(({ type, name, inputs }) => one(`c${corpus}-${name}`, type, inputs)),
    );
  return [...ofFixtures, ...ofAll];
}
