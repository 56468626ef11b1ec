import { createHash } from "node:crypto";
import pg from "pg";

/** Statements whose text depends on what was asked are many; past this number they are sent as they are. */
const MOST_STATEMENTS = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_STATEMENTS) return known;
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  names.set(text, name);
  return name;
}

type Query = (...args: unknown[]) => unknown;

/**
 * A connection on which PostgreSQL keeps the plan of a statement that comes again: a journal batch takes longer to plan
 * than to run. Transaction control and statements without parameters are not worth a name.
 */
export class PreparingClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const send: Query = this.query.bind(this) as Query; // one of its many overloads takes what it is given
    this.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
      if (typeof text !== "string" || !Array.isArray(values) || values.length === 0) return send(text, values, ...rest);
      const name = nameOf(text);
      return send(name === undefined ? { text, values } : { name, text, values }, ...rest);
    }) as typeof this.query; // answers as the original does, for it is what answers
  }
}
