import { cloud } from "./cloud.mjs";

const minute = 60_000;
/** What starts within the next minutes gets its schedules; what should have started a moment ago gets them too, and starts at once. */
const ahead = 15 * minute;
const behind = 60 * minute;

/** The name by which a schedule is made once, whoever makes it and however often. */
export const scheduleName = ({ id, revision }, phase) => `${id}-${revision}-${phase}`;

/**
 * Makes the schedules of what is near: called each minute by the clock, and with the records of the store's stream when something was
 * changed, whose former schedules it takes away. Every region does so for its own bus.
 */
export async function handle(event, { clients, now }) {
  for (const former of (event.Records ?? []).flatMap(formerOf)) {
    await Promise.all(["starts", "ends"].map((phase) => clients.unschedule(scheduleName(former, phase))));
  }
  const near = await nearGameEvents(clients, now());
  const made = await Promise.all(
    near.flatMap((gameEvent) => schedulesOf(gameEvent, now()).map((each) => clients.schedule(each))),
  );
  return { near: near.length, made: made.filter(Boolean).length };
}

async function nearGameEvents(clients, now) {
  const days = new Set([now - behind, now + ahead].map((at) => new Date(at).toISOString().slice(0, 10)));
  const found = await Promise.all([...days].map((day) => clients.gameEventsOfDay(day)));
  return found.flat().filter(({ state, startsAt }) => {
    const starts = Date.parse(startsAt);
    return state === "announced" && starts >= now - behind && starts <= now + ahead;
  });
}

function schedulesOf(gameEvent, now) {
  const { id, kind, revision, startsAt, endsAt } = gameEvent;
  // A schedule in the past would be refused; one in a few seconds is not.
  const soon = new Date(now + 5000).toISOString();
  const at = { starts: startsAt > soon ? startsAt : soon, ends: endsAt > soon ? endsAt : soon };
  return ["starts", "ends"].map((phase) => ({
    name: scheduleName(gameEvent, phase),
    at: at[phase],
    detail: { id, kind, revision, phase },
  }));
}

/** What a record of the stream says stood before: its id and revision. Nothing for what is new. */
function formerOf({ dynamodb }) {
  const old = dynamodb?.OldImage;
  if (old?.id?.S === undefined || old.revision?.N === undefined) return [];
  // What changes no revision changes no time: the schedules stay.
  if (old.revision.N === dynamodb.NewImage?.revision?.N) return [];
  return [{ id: old.id.S, revision: Number(old.revision.N) }];
}

const clients = cloud();
export const handler = (event) => handle(event, { clients, now: Date.now });
