import { Problem } from "../../base/problem.ts";
import { RESERVED_TAG_PREFIX } from "./stackRecord.ts";

type Tags = Readonly<Record<string, string>>;

const isReserved = ([name]: readonly [string, string]): boolean => name.startsWith(RESERVED_TAG_PREFIX);

/**
 * The stack's tags after a client has replaced them: the client's own as it says, the service's as they were.
 *
 * @throws Problem `reserved-tag` when the client would set or change one of the service's
 */
export function mergeTags(present: Tags, asked: Tags): Tags {
  for (const [name, value] of Object.entries(asked).filter(isReserved)) {
    if (present[name] === value) continue;
    const remedy = present[name] === undefined ? "leave it out" : "leave it as it is";
    throw new Problem("reserved-tag", `The tag ${name} is set by the service only: ${remedy}.`, {
      facts: { tag: name },
    });
  }
  return { ...asked, ...Object.fromEntries(Object.entries(present).filter(isReserved)) };
}
