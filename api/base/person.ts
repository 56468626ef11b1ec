/** A name of a person holds at most this many characters, as people write it. */
export const LONGEST_PERSON = 200;

/**
 * The one spelling of a person's name, by which two keys are told to be of one person: Unicode's compatibility form (NFKC),
 * lower case, single spaces.
 *
 * @returns undefined for what names nobody: nothing at all, and text with characters that cannot be seen (controls, marks of
 *   direction, zero width), by which one person could look like two
 */
export function personOf(text: string): string | undefined {
  const name = text.normalize("NFKC").trim().replaceAll(/\s+/gu, " ").toLowerCase().normalize("NFKC");
  const isNamed = name !== "" && name.length <= LONGEST_PERSON && !/\p{C}/u.test(`${text.trim()}${name}`);
  return isNamed ? name : undefined;
}

/** A key without a person is a person of its own. */
export const personOfKey = (id: string): string => `key:${id}`;
