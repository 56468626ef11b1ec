import type { CheckRequest } from "../cloud/checkedInputs.ts";
import type { Randomness } from "../cloud/randomness.ts";
import type { Place, Resource } from "./resource.ts";
import type { Problem, Rules } from "./rule.ts";
import type { Properties, Value } from "./values.ts";

/** The codes a service answers with. A rule, reference or uniqueness with a code of its own wins. */
export interface ServiceCodes {
  /** A required input is missing. */
  readonly missing: string;
  /** An input has a wrong format, or is outside its limits. */
  readonly invalid: string;
  /** Something to be changed or read does not exist. */
  readonly notFound: string;
  /** Something to be deleted is in use. */
  readonly inUse: string;
  readonly throttled: string;
}

/** Models of one service share its name (for faults and rate limits) and its codes. */
export interface Service {
  readonly name: string;
  readonly codes: ServiceCodes;
}

/** What a model may look at: the account and region (and cluster) of the request, as it is at this moment. */
export interface CloudView {
  /** RFC 3339, UTC. */
  readonly now: string;
  readonly random: Randomness;
  /** The resource of that type whose output `by` (default `id`) equals `value`. `by` must be a `keys` of its model. */
  find(type: string, value: string, by?: string): Resource | undefined;
  all(type: string): readonly Resource[];
  /** The same account as it is in another region: for services of the whole account that refer to what is in one. */
  within(region: string): CloudView;
  /** Every object that lives in the EKS cluster of that name, modelled or not. */
  inCluster(cluster: string): readonly Resource[];
  /** All of the type in every region of the account: for what refers across regions, such as a peering or a copy. */
  everywhere(type: string): readonly Resource[];
}

/** What `ResourceModel.answer` goes by. */
export interface Answering {
  /** With the cloud's defaults filled in. Unknown values may be there in a preview. */
  readonly inputs: Properties;
  /** The outputs before the update. */
  readonly previous?: Properties;
  /** Absent in a preview: what only the cloud can say is left away then, or `UNKNOWN`. */
  readonly draft?: Draft;
}

/** A resource on its way: being created, or being updated when `previous` is there. All inputs are known. */
export interface Draft {
  /** Empty while `id` is being made. */
  readonly id: string;
  /** The name of the resource in the Pulumi program. */
  readonly name: string;
  readonly place: Place;
  /** With the cloud's defaults filled in. */
  readonly inputs: Properties;
  /** What `outputs` has computed so far, in the order of its keys. */
  readonly outputs: Properties;
  readonly previous?: Resource;
  readonly cloud: CloudView;
}

export type Compute = (draft: Draft) => Value;

/** Computed at creation and again at each update. */
export interface Recomputed {
  readonly onWrite: Compute;
  /** An update that changes nothing but these inputs leaves it as it is (and a preview of it knows so). */
  readonly exceptFor?: readonly string[];
}

/** How a name is made: `prefix` first, all in lower case where the service wants it, `maxLength` in all. */
export interface Autoname {
  readonly property: string;
  readonly maxLength: number;
  readonly lower?: boolean;
  readonly prefix?: string;
}

/** Values of a resource are unique together within a place, an account, or the whole cloud. */
export interface Uniqueness {
  readonly by: readonly string[];
  readonly within?: "place" | "account" | "everywhere";
  readonly code: string;
}

/** Something that the cloud makes along with a resource, and that goes with it: a VPC's default security group. */
export interface Companion {
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** For a Kubernetes object: the cluster it lives in. */
  readonly cluster?: string;
}

/**
 * One resource type of the simulated cloud: data, and small functions where data is not enough. To add one:
 *
 * 1. `node sandbox/generate.ts aws:sns/topic:Topic AWS::SNS::Topic` writes `sandbox/schemas/sns/topic.json` (required,
 *    kinds, patterns, enums, limits, create-only) and prints a model to start from.
 * 2. Put the model into the file of its service (`sandbox/aws/<service>.ts`), whose exported list is named in
 *    `sandbox/aws/index.ts`. Add what no schema says: references, uniqueness, ids and ARNs, waits, conditions.
 * 3. Write its conformance case (`test/sandbox/<service>.test.ts`): smallest valid inputs, a change, a replacing change,
 *    spoiled inputs with their codes, a dependant.
 *
 * What the core does from this data alone: checks inputs in Check (with the code on the property) and again in Create;
 * fills defaults; makes names; merges the provider's default tags into `tagsAll`; looks references up; refuses deletion of
 * what is held; compares inputs and replaces on immutable ones; keeps secrets secret; leaves outputs unknown in previews;
 * waits; reads, imports, drifts; writes the ledger. No function here may wait, keep state of its own, or read a clock.
 */
export interface ResourceModel {
  /** The Pulumi type token. */
  readonly type: string;
  readonly service: Service;
  /** Where it lives, and hence where its id is looked up. Default `region`; `account` for IAM and its like. */
  readonly scope?: "region" | "account" | "cluster";
  readonly inputs: Rules;
  /** The resource's id: the cloud's for this type (`vpc-…`, an ARN, a name). */
  readonly id: Compute;
  /**
   * What the cloud computes, in this order, later ones seeing earlier ones. A function runs once, at creation, and its
   * value stays; under `onWrite` it runs at each update too. An input of the same name wins when it is given.
   */
  readonly outputs?: Readonly<Record<string, Compute | Recomputed>>;
  /**
   * All outputs at once, in place of `outputs`: for an API that answers with the object it was given, filled in deep
   * within (Kubernetes). What it says of an update in a preview must be what it says then.
   */
  readonly answer?: (answering: Answering) => Properties;
  readonly secretOutputs?: readonly string[];
  /** Outputs besides `id` by which others refer to it; they are indexed. */
  readonly keys?: readonly string[];
  readonly unique?: readonly Uniqueness[];
  /** The input that gets a generated name when absent: the Pulumi name, a hyphen and seven hex digits. */
  readonly autoname?: Autoname;
  /** What Check makes of the inputs, in place of `autoname` and tags. */
  readonly checked?: (request: CheckRequest) => Properties;
  /**
   * Paths of inputs (`data`, `spec.selector`) whose change replaces, besides those marked immutable: where it depends on
   * the rest of the inputs or on the provider's settings.
   */
  readonly replacing?: (change: {
    readonly olds: Properties;
    readonly news: Properties;
    readonly settings: Properties;
  }) => readonly string[];
  /** How long the real cloud takes, in seconds, beyond the call itself. */
  readonly seconds?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /** Set when old and new cannot exist side by side for a reason other than `unique`, which is seen by itself. */
  readonly deleteBeforeReplace?: boolean | ((olds: Properties, news: Properties) => boolean);
  /** Codes of this type, where they differ from the service's. */
  readonly codes?: Partial<ServiceCodes>;
  /** Conditions between inputs, without looking at the cloud. Values may be `UNKNOWN`: `text()` and its like skip those. */
  readonly check?: (inputs: Properties) => readonly Problem[];
  /** Conditions on the state of the cloud, before creation and update. */
  readonly refuse?: (draft: Draft) => Problem | undefined;
  /** Conditions on deletion besides being in use. */
  readonly refuseDelete?: (resource: Resource, cloud: CloudView) => Problem | undefined;
  readonly companions?: (draft: Draft) => readonly Companion[];
  /**
   * How long a deleted one can be brought back: until then it is out of sight, but its unique values stay taken, and a new one
   * that wants them is refused with `code`.
   */
  readonly recovery?: { readonly days: (resource: Resource) => number; readonly code: string };
  /** What disappears with it, such as the objects of a cluster. Companions do so by themselves. */
  readonly removes?: (resource: Resource, cloud: CloudView) => readonly Resource[];
  /** The id for what a person gives to `pulumi import`, where it is not the id itself. */
  readonly importId?: (given: string, cloud: CloudView) => string;
  /** Nothing is kept in the cloud (random values): Read answers what the state says, no rate limits, no faults. */
  readonly stateless?: boolean;
}

/** A function of the package (`aws:index/getRegion:getRegion`). */
export interface InvokeModel {
  readonly token: string;
  readonly run: (args: Properties, place: Place, cloud: CloudView) => Properties;
}
