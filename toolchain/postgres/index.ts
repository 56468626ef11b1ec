export { type EmbeddedPostgres, ensurePostgres, findPostgres, stopPostgres } from "./embeddedPostgres.ts";
export { keepPostgres } from "./keepPostgres.ts";
