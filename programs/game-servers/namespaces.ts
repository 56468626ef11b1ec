/** Where the game's objects stand; `sessions` only where Agones runs session servers. */
export const namespaces = { game: "game", sessions: "game-sessions" } as const;
