import { type Kysely, sql } from "kysely";

/** Keys that end and are narrowed, tokens for pipelines, who started an update, and the chain of the audit log. */
export async function accessTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table identity_providers (
     name text primary key check (name ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
     issuer text not null,
     audience text not null,
     jwks_uri text,
     team text not null references teams,
     rules jsonb not null,
     max_ttl_seconds int not null check (max_ttl_seconds between 60 and 43200),
     created_at timestamptz not null default now(),
     created_by text not null)`,
  `create index identity_providers_issuer on identity_providers (issuer)`,
  `alter table api_keys
     add column expires_at timestamptz,
     add column scope jsonb,
     add column identity_provider text`,
  `create index api_keys_identity_provider on api_keys (identity_provider) where identity_provider is not null`,
  `create table exchanged_assertions (
     hash bytea primary key,
     first_at timestamptz not null,
     times int not null,
     expires_at timestamptz not null)`,
  `create index exchanged_assertions_expiry on exchanged_assertions (expires_at)`,
  `alter table updates add column actor text`,
  `alter table audit_log
     add column position bigint unique,
     add column hash bytea,
     add check ((position is null) = (hash is null))`,
  `create index audit_log_unchained on audit_log (id) where position is null`,
  `create table audit_sinks (
     name text primary key,
     position bigint not null)`,
];
