import {
  type Bundle,
  type BundleContent,
  bundleConfig,
  type ExemptedPlace,
  type Exemption,
  type PackConfig,
  pack,
  packDigest,
  type SettingsFile,
  sealBundle,
} from "../../policies/index.ts";
import type { StepContext } from "./stepContext.ts";

/** A stack as far as is known where it is judged. */
type BundlePlace = ExemptedPlace & Partial<Pick<StepContext, "target" | "environment">>;

/** What verdicts on a stack depend on, as it is handed to packs and pipelines. */
export interface Bundles {
  bundleOf(place: BundlePlace): Promise<Bundle>;
  /** The same for one stack, as an engine configures a pack with it. */
  configOf(place: BundlePlace): Promise<PackConfig>;
}

interface BundleDeps {
  readonly settings: SettingsFile;
  /** Exemptions of a place that are in force, or will be soon. */
  readonly exemptionsOf: (place: ExemptedPlace) => Promise<readonly Exemption[]>;
  /** Packs of the organisation that are enforced there. */
  readonly ownPacksOf?: (place: BundlePlace) => Promise<BundleContent["ownPacks"]>;
}

export function createBundles({ settings, exemptionsOf, ownPacksOf }: BundleDeps): Bundles {
  async function bundleOf(place: BundlePlace): Promise<Bundle> {
    const [exemptions, ownPacks] = await Promise.all([exemptionsOf(place), ownPacksOf?.(place) ?? []]);
    const { name, version } = pack;
    return sealBundle({
      pack: { name, version, digest: packDigest() },
      settings: settings.given,
      exemptions,
      ownPacks,
    });
  }
  return { bundleOf, configOf: async (place) => bundleConfig(await bundleOf(place), place, pack.rules) };
}
