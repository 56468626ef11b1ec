import { expect, vi } from "vitest";
import type { TestService } from "./service.ts";

/** Waits, bounded, until an operation or a rollout has ended, and gives it. */
export async function untilEnded(service: TestService, path: string, timeout = 120_000) {
  const finals = ["succeeded", "failed", "cancelled", "policy-denied", "rolled-back"];
  return vi.waitFor(
    async () => {
      const { body } = await service.call("GET", path);
      if (!finals.includes(body.status)) throw new Error(`${path} is ${body.status}`);
      return body;
    },
    { timeout, interval: 50 },
  );
}

/** All items of a list, over all its pages. */
export async function listAll<Item>(service: TestService, path: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let token = ""; ; ) {
    const { status, body } = await service.call("GET", `${path}${path.includes("?") ? "&" : "?"}pageSize=200${token}`);
    expect(status, JSON.stringify(body)).toBe(200);
    items.push(...body.items);
    if (body.nextPageToken === undefined) return items;
    token = `&pageToken=${body.nextPageToken}`;
  }
}

/** What the simulated cloud holds, of one stack or of all. */
export function sandboxResources(service: TestService, filter = "") {
  return listAll<{ urn: string; id: string; type: string; companionOf?: string }>(
    service,
    `/v1/sandbox/resources${filter}`,
  );
}
