import { type PackChildOptions, startPackChild } from "./packChild.ts";
import { packDescription, packFindings, type StackTags } from "./packContents.ts";
import { PackError } from "./packError.ts";
import type { PackProcess } from "./packProcess.ts";
import { askResidentBytes, lastWords, parseSaid } from "./packSays.ts";
import { type RegoQuestion, regoReply } from "./regoMessages.ts";

type Asked = { readonly [Ask in RegoQuestion["ask"]]: Omit<Extract<RegoQuestion, { ask: Ask }>, "id"> }[Exclude<
  RegoQuestion["ask"],
  "size"
>];

interface Waiting {
  readonly resolve: (said: unknown) => void;
  readonly reject: (error: PackError) => void;
}

/** Starts a Rego pack: its compiled rules in a process that answers in its channel. */
export async function startRego(options: Omit<PackChildOptions, "entry">): Promise<PackProcess> {
  const child = startPackChild({ ...options, entry: new URL("./regoChild.ts", import.meta.url) });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const death = () => new PackError("died", lastWords(child.said()));
  let dead = false;
  const ready = Promise.withResolvers<void>();

  child.process.stdout?.resume();
  child.process.on("message", (message) => {
    ready.resolve();
    const { data } = regoReply.safeParse(message);
    const asked = data && waiting.get(data.id);
    if (data === undefined || asked === undefined) return;
    waiting.delete(data.id);
    if ("threw" in data) asked.reject(new PackError("threw", data.threw.slice(0, 500), child.rulesInHand()[0]));
    else asked.resolve(data.said);
  });
  void child.gone.then(() => {
    dead = true;
    ready.reject(death());
    for (const { reject } of waiting.values()) reject(death());
    waiting.clear();
  });

  const ask = (question: Asked): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead || !child.process.connected) return reject(death());
      const id = ++last;
      waiting.set(id, { resolve, reject });
      child.process.send({ ...question, id }, () => undefined); // who is dead is heard of above
    });

  await ready.promise.catch((error: unknown) => {
    child.kill();
    throw error;
  });
  return {
    pid: child.process.pid ?? 0,
    gone: child.gone,
    rulesInHand: child.rulesInHand,
    residentBytes: () => askResidentBytes(child.process),
    kill: child.kill,
    describe: async () => parseSaid(packDescription, await ask({ ask: "describe" })),
    configure: async (_tags: StackTags) => undefined, // its input has no place for them
    analyze: async (resource) => parseSaid(packFindings, await ask({ ask: "analyze", resource })),
    analyzeStack: async (resources) => parseSaid(packFindings, await ask({ ask: "analyzeStack", resources })),
  };
}
