/** Starts the sandbox of a data folder, or finds it, on the service's own database or on DATABASE_URL. It outlives this process. */
export async function startSandbox(dataDir: string, env: NodeJS.ProcessEnv): Promise<{ readonly grpcPort: number }> {
  // Loaded only here: other commands must not pay for the simulated cloud.
  const { attachOrStart } = await import("../../sandbox/index.ts");
  return attachOrStart({ dataDir, databaseUrl: env["DATABASE_URL"] || (await embeddedDatabase(dataDir)) });
}

async function embeddedDatabase(dataDir: string): Promise<string> {
  const { ensurePostgres } = await import("../../toolchain/postgres/index.ts");
  const { url } = await ensurePostgres({ dataDir });
  return url;
}
