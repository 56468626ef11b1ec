import { cloud } from "./cloud.mjs";
import { liveConfiguration } from "./configuration.mjs";

/** How many players are told at once. */
const atOnce = 50;

/** Works on a batch of the queue, and says which messages are to come again. */
export async function handle({ Records }, work) {
  const failed = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        await run(JSON.parse(body).detail, work);
        return [];
      } catch (error) {
        console.error(JSON.stringify({ message: "a start or an end failed", messageId, reason: error.message }));
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}

/** Starts or ends one game event. Run twice, it tells players twice and changes nothing else: clients know a revision they have seen. */
async function run({ id, kind, revision, phase }, { clients, live }) {
  const gameEvent = await clients.gameEvent(id);
  // Changed or cancelled after it was scheduled: the newer revision has schedules of its own.
  if (gameEvent === undefined || gameEvent.revision !== revision || gameEvent.state === "cancelled") return;
  // The message stays: switched on again, it starts late rather than never.
  if (!(await live.isOn("startEvents"))) throw new Error("starts and ends are switched off");
  if (!(await live.isOn("pushMessages"))) return;
  const variants = (await live.eventKinds())?.[kind];
  await tellAll(
    {
      type: `game-event-${phase}`,
      id,
      kind,
      revision,
      startsAt: gameEvent.startsAt,
      endsAt: gameEvent.endsAt,
      variants,
    },
    clients,
  );
}

async function tellAll(message, clients) {
  let batch = [];
  const tell = async (id) => {
    if (!(await clients.tell(id, message))) await clients.removeConnection(id);
  };
  for await (const id of clients.connections()) {
    batch.push(tell(id));
    if (batch.length < atOnce) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
}

const clients = cloud();
const live = liveConfiguration(clients, process.env);
export const handler = (event) => handle(event, { clients, live });
