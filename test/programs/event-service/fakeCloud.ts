export interface GameEvent {
  readonly id: string;
  readonly kind: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly day: string;
  readonly state: string;
  readonly revision: number;
}

export interface MadeSchedule {
  readonly name: string;
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What handlers speak with, in memory: the store with its conditions, schedules whose names are taken once, players, live documents. */
export function fakeCloud(documents: Readonly<Record<string, unknown>> = {}) {
  const gameEvents = new Map<string, GameEvent>();
  const schedules = new Map<string, MadeSchedule>();
  const players = new Set<string>();
  const gone = new Set<string>();
  const told: { readonly player: string; readonly message: Readonly<Record<string, unknown>> }[] = [];
  const clients = {
    gameEvent: async (id: string) => gameEvents.get(id),
    putGameEvent: async (gameEvent: GameEvent) => {
      if ((gameEvents.get(gameEvent.id)?.revision ?? 0) !== gameEvent.revision - 1) return false;
      gameEvents.set(gameEvent.id, gameEvent);
      return true;
    },
    gameEventsOfDay: async (day: string) => [...gameEvents.values()].filter((each) => each.day === day),
    schedule: async (made: MadeSchedule) => {
      if (schedules.has(made.name)) return false;
      schedules.set(made.name, made);
      return true;
    },
    unschedule: async (name: string) => void schedules.delete(name),
    putConnection: async ({ id }: { readonly id: string }) => void players.add(id),
    removeConnection: async (id: string) => void players.delete(id),
    connections: async function* () {
      yield* [...players];
    },
    tell: async (player: string, message: Readonly<Record<string, unknown>>) => {
      if (gone.has(player)) return false;
      told.push({ player, message });
      return true;
    },
    configuration: async (profileId: string) => {
      if (documents[profileId] === undefined) throw new Error("AppConfig is away");
      return JSON.stringify(documents[profileId]);
    },
  };
  return { clients, gameEvents, schedules, players, gone, told };
}

/** The names under which handlers find their documents. */
export const environment = {
  TOGGLES_PROFILE: "toggles",
  VARIANTS_PROFILE: "variants",
  TOGGLE_FALLBACKS: JSON.stringify({ startEvents: false, acceptChanges: false, pushMessages: false }),
};

/** Every toggle on, unless it is named. */
export const toggles = (off: readonly string[] = []) => ({
  toggles: Object.fromEntries(
    ["startEvents", "acceptChanges", "pushMessages"].map((name) => [
      name,
      { on: !off.includes(name), fallback: false },
    ]),
  ),
});
