/** Where a stack's target says that it stands. */
export interface CloudPlace {
  readonly cloud: string;
  readonly account: string;
  readonly region: string;
}

/** A resource as the cloud knows it, whatever any state says. */
export interface FoundResource {
  /** The URN it was made for; undefined where the cloud cannot say so. */
  readonly urn: string | undefined;
  readonly type: string;
  /** What a provider's Read takes. */
  readonly id: string;
  readonly account: string;
  /** `global` for what belongs to an account as a whole. */
  readonly region: string;
}

/** A create whose answer never arrived. Properties are plain: secrets opened, so that they are for asking the cloud only. */
export interface InquiredCreate {
  readonly urn: string;
  readonly type: string;
  /** As the provider's Check left them, so that generated names stand in them. */
  readonly inputs: Properties;
  /** The inputs of the provider instance: which account, region or cluster it works in. */
  readonly provider: Properties;
  /** What is older was not made by it. */
  readonly since: Date;
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * How it was found. `mark`: it bears the tag of exactly this URN. `key`: the name, or what else identifies a thing of this type,
 * is the one that the inputs give. `likeness`: it has the same inputs, as others may.
 */
export interface FoundCreate extends FoundResource {
  readonly by: "mark" | "key" | "likeness";
}

export interface CreateFindings {
  /** A call that may yet make it has not ended: what is not found now may be found later. */
  readonly underWay: boolean;
  readonly found: readonly FoundCreate[];
}

/** What a target's cloud says exists. Both questions are answered `undefined` where the cloud cannot be asked. */
export interface Inventory {
  /** What that create may have made. What is in the state already may be among it: whoever asks knows those ids. */
  ofCreate(place: CloudPlace, create: InquiredCreate): Promise<CreateFindings | undefined>;
  /** All that exists of a stack in the place's account, in any region; not what the cloud makes along by itself. */
  ofStack(
    place: CloudPlace,
    stack: { readonly team: string; readonly project: string; readonly name: string },
  ): Promise<readonly FoundResource[] | undefined>;
}

/** The inventory of every cloud there is one of; of any other nothing is known. */
export function createInventory(clouds: Readonly<Record<string, Inventory>>): Inventory {
  const of = ({ cloud }: CloudPlace): Inventory | undefined =>
    Object.hasOwn(clouds, cloud) ? clouds[cloud] : undefined;
  return {
    ofCreate: async (place, create) => of(place)?.ofCreate(place, create),
    ofStack: async (place, stack) => of(place)?.ofStack(place, stack),
  };
}
