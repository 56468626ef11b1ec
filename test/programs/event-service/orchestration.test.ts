import { describe, expect, it } from "vitest";
import { variantsDocument } from "../../../programs/event-service/variants.ts";
import { environment, fakeCloud, toggles } from "./fakeCloud.ts";
import { loadHandler } from "./loadHandler.ts";

const [api, plan, run, socket, { liveConfiguration }] = await Promise.all([
  loadHandler("api"),
  loadHandler("plan"),
  loadHandler("run"),
  loadHandler("socket"),
  loadHandler("configuration"),
]);

const all = ["hearing", "sight", "motion", "dexterity"] as const;
const variants = variantsDocument({
  festival: {
    pool: "shared",
    platforms: {
      pc: [
        { name: "full", ruleset: "standard", serves: [] },
        { name: "calm", ruleset: "gentle", serves: [...all] },
      ],
      mobile: [
        { name: "touch", ruleset: "standard", serves: [] },
        { name: "calm-touch", ruleset: "gentle", serves: [...all] },
      ],
    },
  },
});
const at = (time: string) => `2026-12-24T${time}:00.000Z`;

/** A region: handlers wired together as the stack wires them, with a clock of the test's own. */
function region(documents: Record<string, unknown> = { toggles: toggles(), variants }) {
  const cloud = fakeCloud(documents);
  let clock = Date.parse(at("12:00"));
  const now = () => clock;
  const parts = { clients: cloud.clients, live: liveConfiguration(cloud.clients, environment, now), now };
  const ask = async (routeKey: string, id?: string, more: Record<string, unknown> = {}) => {
    const request = { routeKey, ...(id === undefined ? {} : { pathParameters: { id } }), ...more };
    const { statusCode, body } = await api.handle(request, parts);
    return { status: statusCode, body: JSON.parse(body) };
  };
  return {
    ...cloud,
    documents,
    parts,
    ask,
    to: (time: string) => {
      clock = Date.parse(time);
    },
    put: (id: string, startsAt: string, endsAt: string, kind = "festival") =>
      ask("PUT /game-events/{id}", id, { body: JSON.stringify({ kind, startsAt, endsAt }) }),
    plan: (records?: unknown) => plan.handle(records === undefined ? {} : { Records: records }, parts),
    /** What the schedules that are due say on the bus, brought to the queue and worked on. */
    fire: async () => {
      const due = [...cloud.schedules.values()].filter((each) => Date.parse(each.at) <= clock);
      for (const { name } of due) cloud.schedules.delete(name);
      const Records = due.map(({ name, detail }) => ({ messageId: name, body: JSON.stringify({ detail }) }));
      return run.handle({ Records }, parts);
    },
    connect: (connectionId: string) => socket.handle({ requestContext: { routeKey: "$connect", connectionId } }, parts),
  };
}

describe("event orchestration", () => {
  it("brings a game event from the API over schedule, bus and queue to every player, once for its start and once for its end", async () => {
    const here = region();
    await here.connect("anna");
    await here.connect("ben");
    expect((await here.put("winter", at("18:00"), at("20:00"))).status).toBe(201);
    expect(await here.plan()).toEqual({ near: 0, made: 0 });
    here.to(at("17:50"));
    expect(await here.plan()).toEqual({ near: 1, made: 2 });
    expect([...here.schedules.values()].map(({ name, at: when }) => [name, when])).toEqual([
      ["winter-1-starts", at("18:00")],
      ["winter-1-ends", at("20:00")],
    ]);
    here.to(at("18:00"));
    expect(await here.fire()).toEqual({ batchItemFailures: [] });
    expect(here.told.map(({ player, message }) => [player, message["type"]])).toEqual([
      ["anna", "game-event-starts"],
      ["ben", "game-event-starts"],
    ]);
    expect(here.told[0]?.message).toMatchObject({ id: "winter", revision: 1, variants: variants.kinds["festival"] });
    here.to(at("20:00"));
    await here.fire();
    expect(here.told.slice(2).map(({ message }) => message["type"])).toEqual(["game-event-ends", "game-event-ends"]);
  });

  it("plans once, however often and by however many it is planned", async () => {
    const here = region();
    await here.put("winter", at("12:10"), at("13:00"));
    expect((await here.plan()).made).toBe(2);
    expect((await Promise.all([here.plan(), here.plan()])).map(({ made }) => made)).toEqual([0, 0]);
    expect(here.schedules.size).toBe(2);
  });

  it("starts what was planned too late at once, rather than never", async () => {
    const here = region();
    await here.put("winter", at("12:10"), at("13:00"));
    here.to(at("12:40"));
    await here.plan();
    expect(here.schedules.get("winter-1-starts")?.at).toBe("2026-12-24T12:40:05.000Z");
  });

  it("takes the former schedules away when a game event is moved, and leaves out what has fired meanwhile", async () => {
    const here = region();
    await here.connect("anna");
    await here.put("winter", at("12:10"), at("13:00"));
    await here.plan();
    const stale = here.schedules.get("winter-1-starts");
    expect((await here.put("winter", at("12:12"), at("13:00"))).body).toMatchObject({ revision: 2 });
    const record = {
      dynamodb: { OldImage: { id: { S: "winter" }, revision: { N: "1" } }, NewImage: { revision: { N: "2" } } },
    };
    await here.plan([record]);
    expect([...here.schedules.keys()]).toEqual(["winter-2-starts", "winter-2-ends"]);
    const late = [{ messageId: "late", body: JSON.stringify({ detail: stale?.detail }) }];
    expect(await run.handle({ Records: late }, here.parts)).toEqual({ batchItemFailures: [] });
    expect(here.told).toEqual([]);
  });

  it("does not start what was cancelled", async () => {
    const here = region();
    await here.connect("anna");
    await here.put("winter", at("12:10"), at("13:00"));
    await here.plan();
    expect((await here.ask("DELETE /game-events/{id}", "winter")).body).toMatchObject({
      state: "cancelled",
      revision: 2,
    });
    here.to(at("12:10"));
    await here.fire();
    expect(here.told).toEqual([]);
    expect(await here.plan()).toEqual({ near: 0, made: 0 });
  });

  it("fails one message without the others, and forgets players who have gone", async () => {
    const here = region();
    for (const player of ["anna", "ben"]) await here.connect(player);
    here.gone.add("ben");
    await here.put("winter", at("12:10"), at("13:00"));
    const detail = { id: "winter", kind: "festival", revision: 1, phase: "starts" };
    const Records = [
      { messageId: "broken", body: "{" },
      { messageId: "good", body: JSON.stringify({ detail }) },
    ];
    expect(await run.handle({ Records }, here.parts)).toEqual({ batchItemFailures: [{ itemIdentifier: "broken" }] });
    expect(here.told.map(({ player }) => player)).toEqual(["anna"]);
    expect([...here.players]).toEqual(["anna"]);
  });
});

describe("cross-play and accessibility in the API", () => {
  it("give players with the same needs one ruleset on every platform, in a variant that answers them", async () => {
    const here = region();
    await here.put("winter", at("18:00"), at("20:00"));
    const variantOn = async (platform: string, needs: string) =>
      (await here.ask("GET /game-events/{id}", "winter", { queryStringParameters: { platform, needs } })).body.variant;
    expect(await variantOn("pc", "motion,sight")).toEqual({ name: "calm", ruleset: "gentle" });
    expect(await variantOn("mobile", "motion,sight")).toEqual({ name: "calm-touch", ruleset: "gentle" });
    expect((await variantOn("pc", "")).ruleset).toBe((await variantOn("mobile", "")).ruleset);
  });

  it("let nothing be scheduled that is not rolled out with its variants", async () => {
    const here = region();
    const refused = await here.put("winter", at("18:00"), at("20:00"), "parade");
    expect(refused).toMatchObject({
      status: 400,
      body: { code: "unknown-kind", detail: expect.stringContaining("festival") },
    });
    expect(here.gameEvents.size).toBe(0);
  });
});

describe("live-ops toggles", () => {
  it("hold starts back without losing them: the message comes again until it is switched on", async () => {
    const documents: Record<string, unknown> = { toggles: toggles(["startEvents"]), variants };
    const here = region(documents);
    await here.connect("anna");
    await here.put("winter", at("12:10"), at("13:00"));
    await here.plan();
    here.to(at("12:10"));
    const message = {
      messageId: "winter-1-starts",
      body: JSON.stringify({ detail: here.schedules.get("winter-1-starts")?.detail }),
    };
    const again = { batchItemFailures: [{ itemIdentifier: "winter-1-starts" }] };
    expect(await run.handle({ Records: [message] }, here.parts)).toEqual(again);
    documents["toggles"] = toggles();
    here.to(at("12:11"));
    expect(await run.handle({ Records: [message] }, here.parts)).toEqual({ batchItemFailures: [] });
    expect(here.told).toHaveLength(1);
  });

  it("close changes of the schedule and leave reading open", async () => {
    const here = region({ toggles: toggles(["acceptChanges"]), variants });
    expect(await here.put("winter", at("18:00"), at("20:00"))).toMatchObject({
      status: 503,
      body: { code: "changes-closed" },
    });
    expect((await here.ask("DELETE /game-events/{id}", "winter")).status).toBe(503);
    expect((await here.ask("GET /game-events")).status).toBe(200);
  });

  it("fall back to what is safe where nothing was ever read, and to the last that was read otherwise", async () => {
    const blind = region({});
    expect(await blind.put("winter", at("18:00"), at("20:00"))).toMatchObject({ body: { code: "changes-closed" } });
    expect(await blind.parts.live.isOn("startEvents")).toBe(false);
    const willing = { ...environment, TOGGLE_FALLBACKS: JSON.stringify({ startEvents: true }) };
    expect(await liveConfiguration(blind.clients, willing).isOn("startEvents")).toBe(true);

    const documents: Record<string, unknown> = { toggles: toggles(), variants };
    const here = region(documents);
    expect((await here.put("winter", at("18:00"), at("20:00"))).status).toBe(201);
    delete documents["toggles"];
    here.to(at("12:30"));
    expect((await here.put("spring", at("18:00"), at("20:00"))).status).toBe(201);
  });
});

describe("the API", () => {
  it.each([
    ["no JSON", "{"],
    ["no object", "5"],
    ["a time that is none", JSON.stringify({ kind: "festival", startsAt: "soon", endsAt: at("20:00") })],
    ["a start that is past", JSON.stringify({ kind: "festival", startsAt: at("11:00"), endsAt: at("20:00") })],
    ["an end before the start", JSON.stringify({ kind: "festival", startsAt: at("18:00"), endsAt: at("17:00") })],
  ])("refuses %s and says what to give", async (_, body) => {
    const { status, body: problem } = await region().ask("PUT /game-events/{id}", "winter", { body });
    expect([status, problem.code]).toEqual([400, "invalid-game-event"]);
    expect(problem.detail).toMatch(/^give /);
  });

  it("refuses an id that is none, a day that is none, a need nobody knows, and what does not exist", async () => {
    const here = region();
    expect((await here.put("A b", at("18:00"), at("20:00"))).body.code).toBe("invalid-id");
    const day = { queryStringParameters: { day: "tomorrow" } };
    expect((await here.ask("GET /game-events", undefined, day)).body.code).toBe("invalid-day");
    await here.put("winter", at("18:00"), at("20:00"));
    const query = { queryStringParameters: { platform: "pc", needs: "speed" } };
    expect((await here.ask("GET /game-events/{id}", "winter", query)).body.code).toBe("unknown-need");
    expect((await here.ask("GET /game-events/{id}", "nothing")).status).toBe(404);
    expect((await here.ask("DELETE /game-events/{id}", "nothing")).status).toBe(404);
    expect((await here.ask("PATCH /game-events")).status).toBe(404);
  });

  it("answers 409 to the slower one of two changes, and applies one", async () => {
    const here = region();
    const both = await Promise.all([
      here.put("winter", at("18:00"), at("20:00")),
      here.put("winter", at("19:00"), at("20:00")),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(here.gameEvents.get("winter")?.revision).toBe(1);
  });
});
