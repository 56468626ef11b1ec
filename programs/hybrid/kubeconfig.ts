import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import type { Contradiction } from "../contradiction.ts";
import { credentialProblems } from "./credentialPlaces.ts";

/**
 * A kubeconfig as inputs may hold it: one cluster, one user, one context, and no credential, because inputs are kept in the open. What
 * is not named here is refused. Source of the fields: Kubernetes reference, "kubeconfig (v1)".
 */

const openError =
  "take it out: inputs are kept in the open. Let exec name a credential plugin, or tokenFile (or client-certificate and client-key) a file on the runner host";
const secret = z.never({ error: openError }).optional();
const name = (what: string) =>
  z
    .string({ error: `give the name of ${what}` })
    .min(1)
    .max(253);
const one = <Item extends z.ZodType>(item: Item, what: string) =>
  z
    .array(item, { error: `give one ${what} in a list` })
    .length(1, { error: `give one ${what} and no other: kubectl config view --minify --flatten writes just that` });

const serverError = "give the cluster's address as https://<host>[:<port>][/<path>], with nothing else in it";
const server = z.string({ error: serverError }).refine(isSecureAddress, { error: serverError });

function isSecureAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return protocol === "https:" && [username, password, search, hash].every((part) => part === "");
}

const authorityError = "give the PEM certificates of the cluster's authority in base64, and no private key";
const authority = z
  .string({ error: authorityError })
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, { error: authorityError })
  .refine(
    (text) => {
      const pem = Buffer.from(text, "base64").toString("latin1");
      return pem.includes("-----BEGIN CERTIFICATE-----") && !pem.includes("PRIVATE KEY");
    },
    { error: authorityError },
  );

const cluster = z.strictObject(
  {
    server,
    "certificate-authority-data": authority.optional(),
    "certificate-authority": z
      .never({ error: "give its content as certificate-authority-data: kubectl config view --flatten writes it" })
      .optional(),
    "insecure-skip-tls-verify": z
      .literal(false, { error: "take it out: whoever stands between could take the cluster's place" })
      .optional(),
    "proxy-url": z
      .never({ error: "take it out: the cluster is reached without one that inputs could choose" })
      .optional(),
  },
  { error: "give the cluster's server" },
);

const text = (what: string) =>
  z
    .string({ error: `give ${what}` })
    .min(1)
    .max(1024);

const exec = z.strictObject(
  {
    apiVersion: z.enum(["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"], {
      error: "give client.authentication.k8s.io/v1",
    }),
    interactiveMode: z
      .enum(["Never", "IfAvailable"], { error: "give Never: nobody is there to be asked" })
      .default("Never"),
    command: text("the plugin's command"),
    args: z.array(text("arguments as texts"), { error: "give a list of texts" }).max(20).nullish(),
    env: z
      .null({ error: "take it out: a variable could change what the plugin does, and is kept in the open" })
      .optional(),
    provideClusterInfo: z.boolean({ error: "give true or false" }).optional(),
  },
  { error: "give the credential plugin as apiVersion, interactiveMode, command and args" },
);

const user = z.strictObject(
  {
    exec: exec.optional(),
    tokenFile: text("the token's file on the runner host").optional(),
    "client-certificate": text("the certificate's file on the runner host").optional(),
    "client-key": text("the key's file on the runner host").optional(),
    token: secret,
    username: secret,
    password: secret,
    "client-key-data": secret,
    "client-certificate-data": secret,
    "auth-provider": secret,
  },
  { error: "say how the cluster knows who asks: by exec, tokenFile, or client-certificate and client-key" },
);

const kubeconfig = z.strictObject({
  apiVersion: z.literal("v1", { error: "give v1" }),
  kind: z.literal("Config", { error: "give Config" }),
  preferences: z.strictObject({}, { error: "take it out" }).optional(),
  "current-context": name("the context"),
  clusters: one(z.strictObject({ name: name("the cluster"), cluster }), "cluster"),
  users: one(z.strictObject({ name: name("the user"), user }), "user"),
  contexts: one(
    z.strictObject({
      name: name("the context"),
      context: z.strictObject({
        cluster: name("its cluster"),
        user: name("its user"),
        namespace: name("its namespace").optional(),
      }),
    }),
    "context",
  ),
});

/** What may be given: its parts are judged by `readKubeconfig`. Longer texts are no kubeconfig of one cluster. */
export type GivenKubeconfig = string | Readonly<Record<string, unknown>>;
export type User = z.output<typeof user>;

export interface ClusterAccess {
  readonly server: string;
  /** JSON of what was understood, and of nothing else: another reader of the text given could understand it otherwise. */
  readonly kubeconfig: string;
}

export type ReadKubeconfig =
  | { readonly ok: true; readonly access: ClusterAccess }
  | { readonly ok: false; readonly problems: readonly Contradiction[] };

/** Reads a kubeconfig, an object or a text in YAML or JSON. Paths are into its object; no message repeats a value out of it. */
export function readKubeconfig(given: GivenKubeconfig): ReadKubeconfig {
  const config = typeof given === "string" ? parsed(given) : { ok: true as const, value: given };
  if (!config.ok) return { ok: false, problems: [config.problem] };
  const read = kubeconfig.safeParse(config.value);
  if (!read.success) return { ok: false, problems: read.error.issues.flatMap(problemsOf) };
  const { clusters, users, contexts, ...rest } = read.data;
  const [{ cluster }, { user }, { context }] = [only(clusters), only(users), only(contexts)];
  const problems = [
    ...misnamed(["current-context"], rest["current-context"], only(contexts).name),
    ...misnamed(["contexts", 0, "context", "cluster"], context.cluster, only(clusters).name),
    ...misnamed(["contexts", 0, "context", "user"], context.user, only(users).name),
    ...credentialProblems(user, cluster.server).map(({ path, message }) => ({
      path: ["users", 0, "user", ...path],
      message,
    })),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, access: { server: cluster.server, kubeconfig: JSON.stringify(read.data) } };
}

/** The schema has seen to it that there is one. */
function only<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new RangeError("the list is empty");
  return item;
}

function misnamed(path: Contradiction["path"], given: string, there: string): readonly Contradiction[] {
  return given === there
    ? []
    : [{ path, message: "give the name of the one that is there: there is none of this name" }];
}

function parsed(given: string) {
  try {
    // Nothing in a kubeconfig needs aliases, and a few lines of them could grow to gigabytes.
    const value: unknown = parse(given, { maxAliasCount: 0, logLevel: "error" });
    return { ok: true as const, value };
  } catch (error) {
    // The parser's own message quotes the text, which may hold what must not be shown.
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    const where = line === undefined ? "" : `: line ${line} is not understood`;
    return {
      ok: false as const,
      problem: { path: [], message: `give a kubeconfig in YAML or JSON, without aliases${where}` },
    };
  }
}

function problemsOf(issue: z.core.$ZodIssue): readonly Contradiction[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: "take it out: it is not needed to reach one cluster",
    }));
  }
  if (path.length === 0) return [{ path, message: "give a kubeconfig: an object, or its text in YAML or JSON" }];
  return [{ path, message: issue.message }];
}
