/** The sealed form of a secret in Pulumi's state (`ciphertext`) and inside an object of its configuration (`secure`). */
const STANDING = /"(ciphertext|secure)":\s*"([A-Za-z0-9+/]+={0,2})"/g;

/**
 * Replaces the ciphertexts that stand in a JSON text, and leaves every other byte of it alone.
 *
 * @param renew undefined for a ciphertext that stays as it is
 */
export function renewSecrets(text: string, renew: (ciphertext: string) => string | undefined): string {
  if (!text.includes('"ciphertext"') && !text.includes('"secure"')) return text;
  return text.replaceAll(STANDING, (whole, member: string, ciphertext: string) => {
    const renewed = renew(ciphertext);
    return renewed === undefined ? whole : `"${member}":"${renewed}"`;
  });
}

/** The ciphertexts that stand in a JSON text. */
export function standingSecrets(text: string): readonly string[] {
  return [...text.matchAll(STANDING)].map(([, , ciphertext = ""]) => ciphertext);
}
