export interface Toggle {
  readonly on: boolean;
  /** What holds where the toggle cannot be read. */
  readonly fallback: boolean;
}

/** What the functions ask for by name. Others are the game's own. */
export const knownToggles = {
  startEvents: "game events start and end by the schedule",
  acceptChanges: "the API takes changes of the schedule",
  pushMessages: "players who are connected are told",
} as const;

export type KnownToggle = keyof typeof knownToggles;

/** The document that functions read; each toggle carries its own fallback, for whoever has a copy of it. */
export function togglesDocument(toggles: Readonly<Record<string, Toggle>>) {
  return { version: 1, toggles };
}

/** What the functions have in their environment, for when there is no document to read: a value by name. */
export function fallbacks(toggles: Readonly<Record<string, Toggle>>): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(toggles).map(([name, { fallback }]) => [name, fallback]));
}

const toggleSchema = {
  type: "object",
  required: ["on", "fallback"],
  properties: { on: { type: "boolean" }, fallback: { type: "boolean" } },
  additionalProperties: false,
};

/** The JSON schema (draft 4) by which AppConfig refuses a document, whoever rolls it out. */
export const togglesSchema = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["version", "toggles"],
  properties: {
    version: { enum: [1] },
    toggles: { type: "object", required: Object.keys(knownToggles), additionalProperties: toggleSchema },
  },
  additionalProperties: false,
};
