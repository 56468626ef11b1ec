import { cloud } from "./cloud.mjs";
import { liveConfiguration, variantFor } from "./configuration.mjs";

const idForm = /^[a-z][a-z0-9-]{1,31}$/;
const day = 24 * 3600 * 1000;
const longest = 90 * day;
const knownNeeds = ["hearing", "sight", "motion", "dexterity"];

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const problem = (status, code, detail) => answer(status, { status, code, detail });

/** Answers one request of the HTTP API (payload format 2.0). */
export async function handle(request, { clients, live, now }) {
  const { id } = request.pathParameters ?? {};
  switch (request.routeKey) {
    case "GET /game-events":
      return list(request.queryStringParameters ?? {}, { clients, now });
    case "GET /game-events/{id}":
      return show(id, request.queryStringParameters ?? {}, { clients, live });
    case "PUT /game-events/{id}":
      return change(id, request, { clients, live, now });
    case "DELETE /game-events/{id}":
      return cancel(id, { clients, live });
    default:
      return problem(404, "no-such-route", `there is no ${request.routeKey}`);
  }
}

async function list({ day: asked }, { clients, now }) {
  const wanted = asked ?? new Date(now()).toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(wanted)) return problem(400, "invalid-day", "give the day as YYYY-MM-DD, in UTC");
  return answer(200, { items: await clients.gameEventsOfDay(wanted) });
}

async function show(id, { platform, needs = "" }, { clients, live }) {
  const gameEvent = await clients.gameEvent(id);
  if (gameEvent === undefined) return problem(404, "no-such-game-event", `there is no game event ${id}`);
  if (platform === undefined) return answer(200, gameEvent);
  const asked = needs === "" ? [] : needs.split(",");
  const strange = asked.find((need) => !knownNeeds.includes(need));
  if (strange !== undefined) return problem(400, "unknown-need", `give needs out of ${knownNeeds.join(", ")}`);
  const kind = (await live.eventKinds())?.[gameEvent.kind];
  const variant = kind === undefined ? undefined : variantFor(kind, platform, asked);
  if (variant === undefined)
    return problem(404, "not-played-there", `${gameEvent.kind} is not played on this platform`);
  return answer(200, { ...gameEvent, variant: { name: variant.name, ruleset: variant.ruleset } });
}

async function change(id, request, { clients, live, now }) {
  if (!(await live.isOn("acceptChanges"))) return closed();
  if (!idForm.test(id))
    return problem(400, "invalid-id", "give an id of 2 to 32 lower-case letters, digits and hyphens");
  const wanted = parsed(request);
  const fault = faultOf(wanted, now());
  if (fault !== undefined) return problem(400, "invalid-game-event", fault);
  const kinds = await live.eventKinds();
  if (kinds === undefined)
    return problem(503, "variants-unknown", "the kinds of game events cannot be read: try again later");
  // A kind that is rolled out has an accessible variant on each of its platforms; any other is not played at all.
  if (kinds[wanted.kind] === undefined) {
    return problem(
      400,
      "unknown-kind",
      `give a kind that is rolled out: ${Object.keys(kinds).join(", ") || "there is none yet"}`,
    );
  }
  const standing = await clients.gameEvent(id);
  const revision = (standing?.revision ?? 0) + 1;
  const [startsAt, endsAt] = [wanted.startsAt, wanted.endsAt].map((at) => new Date(at).toISOString());
  const gameEvent = {
    id,
    kind: wanted.kind,
    startsAt,
    endsAt,
    day: startsAt.slice(0, 10),
    state: "announced",
    revision,
  };
  if (!(await clients.putGameEvent(gameEvent))) return raced(id);
  return answer(standing === undefined ? 201 : 200, gameEvent);
}

async function cancel(id, { clients, live }) {
  if (!(await live.isOn("acceptChanges"))) return closed();
  const standing = await clients.gameEvent(id);
  if (standing === undefined) return problem(404, "no-such-game-event", `there is no game event ${id}`);
  const gameEvent = { ...standing, state: "cancelled", revision: standing.revision + 1 };
  return (await clients.putGameEvent(gameEvent)) ? answer(200, gameEvent) : raced(id);
}

const closed = () => problem(503, "changes-closed", "changes of the schedule are switched off: try again later");
const raced = (id) =>
  problem(409, "changed-meanwhile", `game event ${id} was changed meanwhile: read it and try again`);

function parsed({ body = "", isBase64Encoded }) {
  try {
    return JSON.parse(isBase64Encoded === true ? Buffer.from(body, "base64").toString("utf8") : body);
  } catch {
    return undefined;
  }
}

function faultOf(wanted, now) {
  if (typeof wanted !== "object" || wanted === null) return "give one JSON object with kind, startsAt and endsAt";
  const [starts, ends] = [wanted.startsAt, wanted.endsAt].map((at) => Date.parse(String(at)));
  if (Number.isNaN(starts) || Number.isNaN(ends)) return "give startsAt and endsAt as RFC 3339 times";
  if (starts < now) return "give a start that is to come";
  if (ends <= starts || ends - starts > longest) return "give an end after the start, at most 90 days later";
  return undefined;
}

const clients = cloud();
const live = liveConfiguration(clients, process.env);
export const handler = (request) => handle(request, { clients, live, now: Date.now });
