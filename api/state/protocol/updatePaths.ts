/**
 * The four words under which a client asks for an update. The pinned one names every update `update` from then on (getUpdatePath
 * in httpstate/client/client.go), older ones by its kind; the word decides nothing, but any other is no update's.
 */
export const updateKinds = ["update", "preview", "refresh", "destroy"] as const;

/** Where an update is, by each word that a client has for it. */
export const updatePaths: string[] = updateKinds.map((kind) => `/stacks/:team/:project/:stack/${kind}/:update`);
