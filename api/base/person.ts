/** A name of a person holds at most this many characters, as people write it. */
export const LONGEST_PERSON = 200;

/**
 * The one spelling of a name, by which two keys are told to be of one person: Unicode's compatibility form (NFKC), lower case,
 * single spaces.
 *
 * @returns undefined for what names nobody: nothing at all, and text with characters that cannot be seen (controls, marks of
 *   direction, zero width), by which one person could look like two
 */
export function spellingOf(text: string, longest: number = LONGEST_PERSON): string | undefined {
  const name = text.normalize("NFKC").trim().replaceAll(/\s+/gu, " ").toLowerCase().normalize("NFKC");
  const isNamed = name !== "" && name.length <= longest && !/\p{C}/u.test(`${text.trim()}${name}`);
  return isNamed ? name : undefined;
}

/** The one spelling of a person's name, which has no colon: what has one is an identity that nobody has vouched for. */
export function personOf(text: string): string | undefined {
  const name = spellingOf(text);
  return name !== undefined && isPerson(name) ? name : undefined;
}

/** Whether this is a person's name, and not an identity (`key:…`, `github:…`) of which nobody has said whose it is. */
export const isPerson = (name: string): boolean => !name.includes(":");

/** The identity of a key that was given to nobody by name. */
export const identityOfKey = (id: string): string => `key:${id}`;
