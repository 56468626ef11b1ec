export { type EmbeddedPostgres, ensurePostgres, stopPostgres } from "./embeddedPostgres.ts";
