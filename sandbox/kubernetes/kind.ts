import type { Companion, Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import type { Properties } from "../model/values.ts";
import type { FieldError } from "./fieldError.ts";
import type { NameForm } from "./names.ts";
import type { Schema } from "./schemaCheck.ts";

/** What an object's computed parts go by. */
export interface Completion {
  /** The whole object as it is wanted, with its namespace. */
  readonly wanted: Properties;
  /** The object before an update. */
  readonly previous?: Properties;
  /** Absent in a preview. */
  readonly draft?: Draft;
}

/** One kind of Kubernetes object: what `objectModel` cannot know of it by its schema alone. */
export interface Kind extends Schema {
  readonly namespaced: boolean;
  readonly nameForm: NameForm;
  /** Paths whose change replaces (as the Kubernetes provider does it), or a function of the objects and the settings. */
  readonly replacing?: readonly string[] | NonNullable<ResourceModel["replacing"]>;
  /** Validation beyond the schema. Values may be unknown. */
  readonly check?: (object: Properties) => readonly FieldError[];
  /** The whole object with the API's defaults, but for status and what all metadata get. Absent: as it is given. */
  readonly complete?: (completion: Completion) => Properties;
  /**
   * The status that its controller arrives at. Must follow from the completed object and its previous self, except at
   * creation: a preview of an update says the same.
   */
  readonly status?: (completed: Properties, completion: Completion) => Properties;
  /** `metadata.generation` counts changes of its spec. */
  readonly generation?: boolean;
  readonly secretOutputs?: readonly string[];
  /** Conditions on the state of the cluster. Namespace and name are looked after already. */
  readonly refuse?: (draft: Draft) => Problem | undefined;
  /** What an update may not change, though the provider tries: the API server's answer. */
  readonly frozen?: (previous: Properties, wanted: Properties) => readonly FieldError[];
  readonly refuseDelete?: (object: Resource) => Problem | undefined;
  readonly companions?: (draft: Draft) => readonly Companion[];
  readonly removes?: ResourceModel["removes"];
  readonly seconds?: NonNullable<ResourceModel["seconds"]>;
}

/** The Pulumi type token: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Secret`. */
export function tokenOf({ apiVersion, kind }: Pick<Schema, "apiVersion" | "kind">): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

export const NAMESPACE = "kubernetes:core/v1:Namespace";
export const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";
