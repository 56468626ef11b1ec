import { readFileSync } from "node:fs";

/** The name of the variable with the file in which a test writes what time it is, as RFC 3339. */
export const CLOCK_FILE = "TEST_CLOCK_FILE";

/** The time in the file, standing still until the test writes another. */
export function timeInFile(file: string): Date {
  return new Date(readFileSync(file, "utf8"));
}
