import { expect } from "vitest";
import type { Harness, Reply } from "./apiHarness.ts";

interface Asked {
  readonly api: Pick<Harness, "send">;
  /** An admin's key. */
  readonly admin: string;
}

/** What an admin says of identities, and takes back; `asked` is called when something is said. */
export function sayingIdentities(asked: () => Asked) {
  const say = (identity: string, person: string): Promise<Reply> =>
    asked().api.send("POST", "/v1/identities", { key: asked().admin, body: { identity, person } });
  const takeBack = (identity: string): Promise<Reply> =>
    asked().api.send("DELETE", `/v1/identities/${encodeURIComponent(identity)}`, { key: asked().admin });

  /** Says it for as long as the work takes. */
  async function saying<T>(identity: string, person: string, work: () => Promise<T>): Promise<T> {
    const said = await say(identity, person);
    expect(said.status, JSON.stringify(said.body)).toBe(201);
    try {
      return await work();
    } finally {
      await takeBack(said.body.identity);
    }
  }
  return { say, takeBack, saying };
}
