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

/** The resources that the sandbox holds, of one stack or of all. */
export async function sandboxResources(
  service: TestService,
  filter = "",
): Promise<readonly { id: string; type: string }[]> {
  const { status, body } = await service.call("GET", `/v1/sandbox/resources${filter}`);
  expect(status).toBe(200);
  return body.items;
}
