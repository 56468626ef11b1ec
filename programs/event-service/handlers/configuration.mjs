const keptMilliseconds = 30_000;

/**
 * Toggles and variants as they are now. What was read is good for half a minute; after that the last that was read still holds while
 * nothing newer can be, and where nothing ever was, the fallbacks of the environment do.
 */
export function liveConfiguration({ configuration }, env, now = Date.now) {
  const kept = new Map();
  const read = async (profileId) => {
    const known = kept.get(profileId);
    if (known !== undefined && now() - known.at < keptMilliseconds) return known.document;
    try {
      const document = JSON.parse(await configuration(profileId));
      kept.set(profileId, { document, at: now() });
      return document;
    } catch (error) {
      console.warn(JSON.stringify({ message: "live configuration cannot be read", profileId, reason: error.name }));
      return known?.document;
    }
  };
  return {
    async isOn(toggle) {
      const document = await read(env.TOGGLES_PROFILE);
      return document?.toggles?.[toggle]?.on ?? JSON.parse(env.TOGGLE_FALLBACKS)[toggle] ?? false;
    },
    /** Undefined when nothing was ever read. */
    async eventKinds() {
      return (await read(env.VARIANTS_PROFILE))?.kinds;
    },
  };
}

/**
 * The variant for a player: of those on the platform, the first that answers every need; all who ask with the same needs get the same
 * ruleset on every platform of a shared pool, so that they can meet. Undefined when the kind is not played on the platform.
 */
export function variantFor(kind, platform, needs) {
  const answers = (variant) => needs.every((need) => variant.serves[need] === true);
  const offered = kind.platforms[platform] ?? [];
  if (kind.pool !== "shared") return offered.find(answers);
  const lists = Object.values(kind.platforms);
  const rulesets = [...new Set(lists.flat().map(({ ruleset }) => ruleset))].sort();
  const common = rulesets.find((ruleset) =>
    lists.every((variants) => variants.some((variant) => variant.ruleset === ruleset && answers(variant))),
  );
  return offered.find((variant) => variant.ruleset === common && answers(variant));
}
