import type { Colour } from "../components/colours.ts";

/** Shares in percent; they add up to 100. */
export type Split = Readonly<Record<Colour, number>>;

/** Which share of new players and new sessions each colour takes. */
export function splitOf({
  activeColour,
  greenPercent,
}: {
  readonly activeColour?: Colour | undefined;
  readonly greenPercent?: number | undefined;
}): Split {
  const green = greenPercent ?? (activeColour === "green" ? 100 : 0);
  return { blue: 100 - green, green };
}

/** The colour that most players meet; blue where it is half and half. */
export function leadingColour({ green }: Split): Colour {
  return green > 50 ? "green" : "blue";
}

export function isMixed({ green }: Split): boolean {
  return green > 0 && green < 100;
}
