import type { Colour } from "../components/colours.ts";

export type ServerRole = "lobby" | "session" | "relay";

const imageInputs = ["image", "blueImage", "greenImage", "relayImage"] as const;
/** Every image that is named, by its input. */
export type Images = Readonly<Partial<Record<(typeof imageInputs)[number], string | undefined>>>;

/** The image that a server runs; undefined where none is named, and a stand-in runs. */
export function imageOf(inputs: Images, role: ServerRole, colour: Colour | undefined): string | undefined {
  const special = { blue: inputs.blueImage, green: inputs.greenImage };
  const own = role === "relay" ? inputs.relayImage : colour === undefined ? undefined : special[colour];
  return own ?? inputs.image;
}

export interface MovableImage {
  readonly input: (typeof imageInputs)[number];
  readonly message: string;
}

/** The images that are named by a tag alone: whoever can write to the registry can put something else in their place. */
export function withoutDigest(inputs: Images): readonly MovableImage[] {
  return imageInputs.flatMap((input) => {
    const name = inputs[input];
    if (name === undefined || /@sha256:[0-9a-f]{64}$/.test(name)) return [];
    const message = `name ${name} by its digest (…@sha256:<64 hex digits>), or set requireDigest to false: a tag can be moved to another image`;
    return [{ input, message }];
  });
}
