export interface Players {
  readonly peakPlayers: number;
  readonly playersPerServer: number;
  readonly playersPerLobby: number;
  readonly headroomPercent: number;
  readonly quietPercent: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How many servers the players come to. */
export interface ServerCounts {
  /** Session servers of one colour: the least that stand ready where new sessions are placed, and the most. */
  readonly servers: Range;
  /** Lobby servers of one colour. */
  readonly lobbies: Range;
  readonly relays: Range;
}

/** What a lobby or a relay server asks for. The players one relay carries are bounded by its packets, not by its memory. */
export const lobbyNeeds = { cpuMillis: 500, memoryMiB: 1024 } as const;
export const relayNeeds = { cpuMillis: 500, memoryMiB: 512 } as const;
const playersPerRelay = 2000;

/**
 * From players to servers. Of session servers there are the peak divided by what one holds, and headroom over it, because servers of the
 * old colour keep their sessions while new ones are placed on the new colour, and none of them is full.
 */
export function countServers(players: Players): ServerCounts {
  const peak = Math.ceil(players.peakPlayers / players.playersPerServer);
  return {
    servers: {
      min: Math.max(1, Math.ceil((peak * players.quietPercent) / 100)),
      max: Math.ceil((peak * (100 + players.headroomPercent)) / 100),
    },
    lobbies: between(2, players, players.playersPerLobby),
    relays: between(2, players, playersPerRelay),
  };
}

function between(least: number, players: Players, playersPerPod: number): Range {
  const peak = Math.ceil(players.peakPlayers / playersPerPod);
  const min = Math.max(least, Math.ceil((peak * players.quietPercent) / 100));
  return { min, max: Math.max(min, Math.ceil((peak * (100 + players.headroomPercent)) / 100)) };
}

/** A colour keeps its share of the quiet hour's servers ready; one without players keeps one, so that a broken image shows early. */
export function leastSessions({ servers }: ServerCounts, percent: number): number {
  return Math.max(1, Math.ceil((servers.min * percent) / 100));
}
