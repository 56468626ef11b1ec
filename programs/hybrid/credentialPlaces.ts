import type { Contradiction } from "../contradiction.ts";
import type { User } from "./kubeconfig.ts";

/**
 * Where on a runner host the credentials of one cluster stand. The folder bears the cluster's own address: whoever writes inputs chooses
 * the server to which a credential goes, so that a file anywhere else could be sent to any server, and a command anywhere else run.
 */
function credentialFolder(server: string): string {
  return `/etc/meridian/clusters/${new URL(server).host}/`;
}

/** Endpoints of EKS, in all partitions (Amazon EKS user guide, "Cluster API server endpoint"), and of the sandbox. */
const eksEndpoint = /\.eks\.(amazonaws\.com|amazonaws\.com\.cn|sandbox\.invalid)$/;
const files = ["tokenFile", "client-certificate", "client-key"] as const;

/** What keeps a user's credentials from being used with this server; paths are into the user. */
export function credentialProblems(user: User, server: string): readonly Contradiction[] {
  const folder = credentialFolder(server);
  const outside = files.flatMap((field) => {
    const path = user[field];
    if (path === undefined || isIn(folder, path)) return [];
    return [
      { path: [field], message: `name a file in ${folder} on the runner host: only those are sent to this cluster` },
    ];
  });
  return [...outside, ...execProblems(user, server), ...waysProblems(user)];
}

function waysProblems(user: User): readonly Contradiction[] {
  const both = [user["client-certificate"], user["client-key"]].filter((file) => file !== undefined).length;
  if (both === 1)
    return [{ path: [], message: "give client-certificate and client-key together: neither is of use alone" }];
  const ways = [user.exec, user.tokenFile, user["client-key"]].filter((way) => way !== undefined).length;
  if (ways === 1) return [];
  const message = "say one way how the cluster knows who asks: exec, tokenFile, or client-certificate with client-key";
  return [{ path: [], message }];
}

function execProblems({ exec }: User, server: string): readonly Contradiction[] {
  if (exec === undefined) return [];
  const folder = credentialFolder(server);
  const { command } = exec;
  const args = exec.args ?? [];
  if (command !== "aws") {
    if (!isIn(folder, command)) {
      const message = `name a program in ${folder} on the runner host, or aws for a cluster of EKS: no other command is run`;
      return [{ path: ["exec", "command"], message }];
    }
    if (args.length === 0) return [];
    return [{ path: ["exec", "args"], message: "take them out: the program in the cluster's folder knows its own" }];
  }
  if (!eksEndpoint.test(new URL(server).hostname)) {
    const message =
      "use aws only with the endpoint of an EKS cluster: another server would be handed a token of that cluster";
    return [{ path: ["exec", "command"], message }];
  }
  if (asksForToken(args)) return [];
  const message = "give eks get-token --cluster-name <name> --region <region> --output json, and nothing else";
  return [{ path: ["exec", "args"], message }];
}

const options: Readonly<Record<string, RegExp>> = {
  "--cluster-name": /^[0-9A-Za-z][\w-]{0,99}$/,
  "--region": /^[a-z]{2}(-[a-z]+)+-\d$/,
  "--output": /^json$/,
};

/** `aws eks update-kubeconfig` writes options before and after the command. */
function asksForToken(args: readonly string[]): boolean {
  const given = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const form = Object.hasOwn(options, word) ? options[word] : undefined;
    if (form === undefined) {
      words.push(word);
      continue;
    }
    at += 1;
    const value = args[at] ?? "";
    if (given.has(word) || !form.test(value)) return false;
    given.set(word, value);
  }
  return words.join(" ") === "eks get-token" && words.length === 2 && given.has("--cluster-name");
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(folder) && /^\w[\w.-]*$/.test(path.slice(folder.length));
}
