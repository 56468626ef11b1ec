import { expect } from "vitest";
import { auditLogStore } from "../../api/auditLog/auditLogStore.ts";
import type { Role } from "../../api/base/caller.ts";
import { createLogger } from "../../api/base/logger.ts";
import { createLiveExemptions } from "../../api/exemptions/liveExemptions.ts";
import { createUseExemptions } from "../../api/exemptions/useExemptions.ts";
import { type Reply, startApi } from "./apiHarness.ts";
import { exemptionLimits, launch } from "./fixtures.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const context = {
  environment: "production",
  phase: "up",
  team: "default",
  project: "shop",
  stack: "prod",
} as const;

export type ExemptionWorld = Awaited<ReturnType<typeof startExemptionWorld>>;

/** An API with a stack, a stack set, and persons who ask (ada) and approve (grace; root, an admin). */
export async function startExemptionWorld() {
  const api = await startApi({ app: { rateLimits: { perKey: 30_000, refusedPerAddress: 1_000 } } });
  const admin = await api.keyFor("admin");
  const { db, clock } = api;
  const live = createLiveExemptions({ db, clock, limits: exemptionLimits, logger: createLogger({ level: "silent" }) });
  const keys: Record<string, { readonly id: string; readonly key: string }> = {};
  const keyOf = (name: string): string => keys[name]?.key ?? "";

  async function makeKey(name: string, role: Role, more: object = {}): Promise<void> {
    const { body } = await api.send("POST", "/v1/api-keys", { key: admin, body: { name, role, ...more } });
    keys[name] = { id: body.id, key: body.key };
  }

  const later = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString();
  const request = () => ({
    policy: "security-no-open-door",
    scope: { stack: "shop/prod" } as object,
    reason: "The door is open for the fair until Monday.",
    endsAt: later(HOUR),
  });
  const ask = (more: object = {}, key = keyOf("ada")): Promise<Reply> =>
    api.send("POST", "/v1/exemptions", { key, body: { ...request(), ...more } });
  const act = (id: string, action: string, key = keyOf("grace")): Promise<Reply> =>
    api.send("POST", `/v1/exemptions/${id}/${action}`, { key });
  const show = async (id: string) => (await api.send("GET", `/v1/exemptions/${id}`, { key: keyOf("ada") })).body;
  const list = async (query: string): Promise<readonly string[]> => {
    const reply = await api.send("GET", `/v1/exemptions?pageSize=200&${query}`, { key: keyOf("ada") });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    return reply.body.items.map(({ id }: { id: string }) => id);
  };
  async function granted(more: object = {}): Promise<string> {
    const { body } = await ask(more);
    const approved = await act(body.id, "approve", keyOf("root"));
    expect(approved.status, JSON.stringify(approved.body)).toBe(200);
    return body.id;
  }
  const liveIds = async () => (await live.exemptionsOf(context)).map(({ id }) => id);
  const use = createUseExemptions({ clock, audit: auditLogStore, forget: () => live.forget() });
  const about = { subject: "/api/stacks/default/shop/prod", team: "default", caller: { id: "key_1", name: "ada" } };
  const useBy = (id: string, work: string) =>
    db.transaction().execute((tx) => use(tx, { exemptions: [id], work, ...about }));

  const place = { team: "default", project: "shop", name: "prod" };
  await db
    .insertInto("stacks")
    .values({ ...place, doors: ["cli"], stackSetId: null, target: null })
    .execute();
  await makeKey("ada", "operator", { person: "ada@studio.example" });
  await makeKey("grace", "approver", { person: "grace@studio.example" });
  await makeKey("root", "admin", { person: "root@studio.example" });
  const made = await api.send("POST", "/v1/stack-sets", { key: keyOf("ada"), body: launch });
  expect(made.status).toBe(202);
  return { api, admin, live, keys, keyOf, makeKey, later, request, ask, act, show, list, granted, liveIds, useBy };
}
