import { z } from "zod";
import { CliError } from "../cliError.ts";
import type { EngineAnswer, EngineCli } from "./engineCli.ts";
import { type ExportedState, factsOf, parseExport, type StateFacts } from "./sourceState.ts";

/** A stack as the source names it: with its project, or without one where the backend keeps none. */
export interface SourceStack {
  /** What the engine calls it: `organization/shop/live`, or `live`. */
  readonly ref: string;
  readonly project: string | undefined;
  readonly name: string;
}

/** A backend of Pulumi's own kinds (folder, bucket, PostgreSQL), read with the engine's own commands and never changed. */
export interface SourceBackend {
  /** The address without its password. */
  readonly shown: string;
  list(): Promise<readonly SourceStack[]>;
  /** The state with its secrets sealed. */
  read(stack: SourceStack): Promise<{ readonly state: ExportedState; readonly facts: StateFacts }>;
  /** The state with its secrets open. @throws CliError `source` when none of the passphrases opens them */
  open(stack: SourceStack): Promise<ExportedState>;
  tags(stack: SourceStack): Promise<Readonly<Record<string, string>>>;
  /** How many updates the source remembers. */
  history(stack: SourceStack): Promise<number>;
  /** Who holds the stack's lock, in the engine's words; undefined when nobody does. */
  lock(stack: SourceStack): Promise<string | undefined>;
}

export interface SourceOptions {
  readonly url: string;
  /** Tried one after another: stacks of one backend often have several. */
  readonly passphrases: readonly string[];
}

const listed = z.array(z.looseObject({ name: z.string() }));
const tagMap = z.record(z.string(), z.string());

/** The engine reads a layout without projects only for who says that it is meant. */
const ofOldLayouts = { PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "1" };

export function sourceBackend(engine: EngineCli, { url, passphrases }: SourceOptions): SourceBackend {
  const shown = withoutPassword(url);
  const run = (args: readonly string[], passphrase = ""): Promise<EngineAnswer> =>
    engine.run({ args, env: { ...ofOldLayouts, PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: passphrase } });

  async function ask(args: readonly string[], passphrase?: string): Promise<string> {
    const { code, stdout, said } = await run(args, passphrase);
    if (code === 0) return stdout;
    throw new CliError("source", plainReason(said, url));
  }

  return {
    shown,
    async list() {
      const stacks = listed.parse(JSON.parse(await ask(["stack", "ls", "--all", "--json"])));
      return stacks.map(({ name }) => sourceStack(name));
    },
    async read({ ref }) {
      const state = parseExport(await ask(["stack", "export", "--stack", ref]));
      return { state, facts: factsOf(state) };
    },
    async open({ ref }) {
      let reason = "its secrets are sealed with a passphrase: set PULUMI_CONFIG_PASSPHRASE or give --passphrase-file";
      for (const passphrase of passphrases.length === 0 ? [""] : passphrases) {
        const { code, stdout, said } = await run(["stack", "export", "--stack", ref, "--show-secrets"], passphrase);
        if (code === 0) return parseExport(stdout);
        if (passphrases.length > 0 || !/passphrase/.test(said)) reason = plainReason(said, url);
      }
      throw new CliError("source", `its secrets cannot be opened: ${reason}`);
    },
    tags: async ({ ref }) => tagMap.parse(JSON.parse(await ask(["stack", "tag", "ls", "--json", "--stack", ref]))),
    async history({ ref }) {
      const entries: unknown = JSON.parse(await ask(["stack", "history", "--json", "--stack", ref]));
      return Array.isArray(entries) ? entries.length : 0;
    },
    async lock({ ref }) {
      // To make a stack that is there takes its lock, finds it there, and gives the lock back (backend/diy, CreateStack).
      const { said } = await run(["stack", "init", ref, "--no-select"]);
      if (/already exists/.test(said)) return undefined;
      return plainReason(said, url);
    },
  };
}

function sourceStack(ref: string): SourceStack {
  const parts = ref.split("/");
  return { ref, name: parts.at(-1) ?? ref, project: parts.length === 3 ? parts[1] : undefined };
}

/** What the engine said, without its `error:` and without the source's password. */
export function plainReason(said: string, url: string): string {
  const shown = withoutPassword(url);
  const text = said
    .replaceAll(url, shown)
    .replace(/^(error|warning): /gm, "")
    .trim();
  const { password } = parsed(url) ?? { password: "" };
  return password === "" ? text : text.replaceAll(decodeURIComponent(password), "****").replaceAll(password, "****");
}

export function withoutPassword(url: string): string {
  const shown = parsed(url);
  if (shown === undefined || shown.password === "") return url;
  shown.password = "****";
  return shown.href;
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
