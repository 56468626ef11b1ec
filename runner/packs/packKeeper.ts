import { mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createArtefactFolders } from "../artefactFolders.ts";
import { createInstalledModules } from "../installedModules.ts";
import { scrubbedEnvironment } from "../scrubbedEnvironment.ts";
import { createKeptPack, type KeptPack } from "./keptPack.ts";
import type { PackAnswer, PackQuestion } from "./packAnswers.ts";
import type { PackDescription, PackKind } from "./packContents.ts";
import { PackError } from "./packError.ts";
import { findIsolation, type PackIsolation } from "./packIsolation.ts";
import { type PackProcess, startPackProcess } from "./packProcess.ts";

/** A pack by what it is made of. */
export interface PackArtefact {
  readonly digest: string;
  readonly kind: PackKind;
}

/** Packs of teams' own, each loaded in a process without secrets. */
export interface PackKeeper {
  /**
   * Loads a pack that may be nowhere else yet, and says what is in it.
   *
   * @throws PackError that says what is wrong with it
   */
  inspect(pack: PackArtefact, archive: Buffer): Promise<PackDescription>;
  /** One answer for each resource. Never rejects. */
  judge(pack: PackArtefact, question: PackQuestion): Promise<readonly PackAnswer[]>;
  /** Asks the rules over a whole stack. Never rejects. */
  judgeStack(pack: PackArtefact, question: PackQuestion): Promise<PackAnswer>;
  /** Ends all processes. */
  close(): Promise<void>;
}

export interface PackKeeperOptions {
  /** Absolute; the control process's alone. */
  readonly dataDir: string;
  /** The archive of a pack that was published; rejects when there is none. */
  readonly fetchArchive: (digest: string) => Promise<Buffer>;
  /** Of the control process: what packs may see of it is picked here, and npm is told by it where the registry is. */
  readonly env: NodeJS.ProcessEnv;
  /** Told once, when the first pack is started, of what its process is not kept from here. */
  readonly onOpen?: (left: string) => void;
  readonly startMs?: number;
  readonly patience?: number;
  readonly longest?: number;
  readonly residentBytes?: number;
  readonly mostWarm?: number;
}

const START_MS = 30_000;
const PATIENCE_MS = 5_000;
const LONGEST_MS = 30_000;
const RESIDENT_BYTES = 512 * 1024 * 1024;
/** Each is a process of 60 to 150 MB. */
const MOST_WARM = 12;

const OPEN_NETWORK = "packs of teams' own reach the network and other processes: unshare is not to be had here";
const OPEN_MEMORY =
  "packs of teams' own are not bounded in memory outside of their heap: prlimit is not to be had here";

const room = fileURLToPath(new URL("./", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const shared = realpathSync(modules);
/** What the processes' own modules consist of. */
const readable = [
  modules,
  shared,
  room,
  ...["../../programs/artefacts/", "../../package.json"].map((place) => fileURLToPath(new URL(place, import.meta.url))),
];

export function createPackKeeper(options: PackKeeperOptions): PackKeeper {
  const { dataDir, env, patience = PATIENCE_MS, longest = LONGEST_MS, startMs = START_MS } = options;
  const folders = {
    artefacts: path.join(dataDir, "artefacts"),
    modules: path.join(dataDir, "modules"),
    temporary: path.join(dataDir, "temporary"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const left of readdirSync(folders.temporary)) rmSync(path.join(folders.temporary, left), { recursive: true });
  const inspected = new Map<string, Buffer>();
  const artefacts = createArtefactFolders({
    root: folders.artefacts,
    fetchArchive: async (digest) => inspected.get(digest) ?? options.fetchArchive(digest),
    modules: createInstalledModules({ shared, root: folders.modules, env }),
  });
  const { NODE_COMPILE_CACHE: _unwritable, ...scrubbed } = scrubbedEnvironment(env, {
    userHome: folders.temporary,
    compileCache: folders.temporary,
  });
  const kept = new Map<string, KeptPack>();
  let closed = false;
  let told = false;

  async function isolation(): Promise<PackIsolation> {
    const isolation = await findIsolation(scrubbed);
    const left = isolation.namespaces.length === 0 ? OPEN_NETWORK : isolation.memory.length === 0 ? OPEN_MEMORY : "";
    if (left !== "" && !told) options.onOpen?.(left);
    told = true;
    return isolation;
  }

  async function start({ digest, kind }: PackArtefact): Promise<PackProcess> {
    const { folder } = await artefacts.prepare(digest);
    const place = {
      folder: realpathSync(folder),
      readable: kind === "crossguard" ? [...readable, realpathSync(path.join(folder, "node_modules"))] : readable,
      temporary: realpathSync(folders.temporary),
      env: scrubbed,
      isolation: await isolation(),
    };
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), startMs);
    try {
      if (closed) throw new PackError("not-loaded", "the service is stopping");
      return await startPackProcess(kind, { ...place, signal: late.signal });
    } catch (error) {
      throw late.signal.aborted ? new PackError("not-loaded", `it was not loaded within ${startMs} ms`) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async function startInWords(pack: PackArtefact): Promise<PackProcess> {
    try {
      return await start(pack);
    } catch (error) {
      throw new PackError("not-loaded", error instanceof Error ? error.message : String(error));
    }
  }

  function keep(pack: PackArtefact): KeptPack {
    const known = kept.get(pack.digest);
    if (known !== undefined) return known;
    const { residentBytes = RESIDENT_BYTES } = options;
    const made = createKeptPack({ start: () => startInWords(pack), patience, longest, residentBytes });
    kept.set(pack.digest, made);
    return made;
  }

  /** Ends the process that was asked longest ago, where there are too many. */
  function coolOldest(): void {
    const warm = [...kept].flatMap(([digest, pack]) => {
      const since = pack.warmSince();
      return since === undefined ? [] : [{ digest, pack, since }];
    });
    if (warm.length <= (options.mostWarm ?? MOST_WARM)) return;
    const [oldest] = warm.filter(({ pack }) => !pack.isBusy()).sort((one, other) => one.since - other.since);
    if (oldest === undefined) return;
    kept.delete(oldest.digest);
    void oldest.pack.cool();
  }

  return {
    async inspect(pack, archive) {
      inspected.set(pack.digest, archive);
      try {
        return await keep(pack).describe();
      } finally {
        inspected.delete(pack.digest);
        coolOldest();
      }
    },
    judge: (pack, question) => keep(pack).judge(question).finally(coolOldest),
    judgeStack: (pack, question) => keep(pack).judgeStack(question).finally(coolOldest),
    async close() {
      closed = true;
      await Promise.all([...kept.values()].map((pack) => pack.cool()));
    },
  };
}
