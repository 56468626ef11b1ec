/** A kind of game event that all may play: together across platforms, each platform with a variant for everybody. */
export const festival = {
  pool: "shared",
  platforms: {
    pc: [
      { name: "full", ruleset: "standard" },
      { name: "calm", ruleset: "gentle", serves: ["hearing", "sight", "motion", "dexterity"] },
    ],
    console: [
      { name: "full", ruleset: "standard", serves: ["hearing"] },
      { name: "calm", ruleset: "gentle", serves: ["hearing", "sight", "motion", "dexterity"] },
    ],
    mobile: [
      { name: "touch", ruleset: "standard" },
      { name: "calm", ruleset: "gentle", serves: ["hearing", "sight", "motion", "dexterity"] },
    ],
  },
} as const;
