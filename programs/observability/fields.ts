import { z } from "zod";

/** A name that becomes part of physical names; `most` bounds it so that the whole fits. */
export function shortName(what: string, most: number) {
  const error = `give ${what} a name of 2 to ${most} lower-case letters, digits and single hyphens, beginning with a letter`;
  return z
    .string({ error })
    .max(most, { error })
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error })
    .min(2, { error });
}

export function httpsUrl(what: string) {
  const error = `give ${what} as an https:// address without a user or fragment, such as https://example.com/path`;
  return z
    .string({ error })
    .max(1024, { error })
    .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[^\s#"'\\]*)?$/, { error });
}
