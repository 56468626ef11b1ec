import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readPrivateFile } from "./privateFile.ts";

const port = z.coerce.number().int().min(0).max(65535);
/** Days, the most first. */
const dayList = z
  .string()
  .regex(/^\d{1,3}( *, *\d{1,3})*$/, "must be days, as 7,1")
  .transform((text) =>
    text
      .split(",")
      .map(Number)
      .toSorted((one, other) => other - one),
  );
const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

/** The settings, their defaults and what they mean: the table in DESIGN and the page docs/settings.md follow from this. */
const schema = z.object({
  HOST: z.string().min(1).default("127.0.0.1").describe("address to listen on"),
  PORT: port.default(8080).describe("port to listen on"),
  DATABASE_URL: z
    .string()
    .startsWith("postgres")
    .optional()
    .describe("the one database; embedded PostgreSQL without it"),
  MERIDIAN_DATA_DIR: z.string().min(1).default(".meridian").describe("embedded database, generated keys, work folders"),
  MERIDIAN_SANDBOX: onOff.default(true).describe("whether the target sandbox exists (on or off)"),
  MERIDIAN_ADMIN_KEY: z
    .string()
    .min(24)
    .optional()
    .describe("the first admin's key; made and shown at the first start without it"),
  MERIDIAN_MASTER_KEY_SOURCE: z
    .enum(["file", "environment", "command"])
    .optional()
    .describe(
      "who keeps the root keys: a file of the data folder, MERIDIAN_MASTER_KEY, or MERIDIAN_MASTER_KEY_COMMAND",
    ),
  MERIDIAN_MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/_-]{43}=?([\s,]+[A-Za-z0-9+/_-]{43}=?)*$/, "must be 32 bytes in base64, for each key")
    .optional()
    .describe("seals secrets; made at the first start without it, in a file of mode 0600"),
  MERIDIAN_MASTER_KEY_COMMAND: z
    .string()
    .startsWith("/", "must be the absolute path of an executable file")
    .optional()
    .describe("a command that wraps and unwraps the master keys, for a key management service"),
  MERIDIAN_ESCROW: z
    .string()
    .regex(/^file:\/\/\/./, "must be a folder as file:///path; object stores are mounted as one")
    .optional()
    .describe("where the state of every stack is copied to, for a day without the service"),
  MERIDIAN_ESCROW_PUBLIC_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/_-]{43}=?$/, "must be the public key that meridian escrow keygen printed")
    .optional()
    .describe("whom the escrow is sealed for"),
  MERIDIAN_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("least severity that is logged"),
  MERIDIAN_RUNNERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(2)
    .describe("operations the built-in runner host runs at once"),
  MERIDIAN_RESERVATION_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(60)
    .describe("minutes that what a preview has reserved of a budget waits for its update"),
  MERIDIAN_EXEMPTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(90)
    .describe("days after which an exemption must end at the latest"),
  MERIDIAN_EXEMPTION_WARNING_DAYS: dayList
    .default([7, 1])
    .describe("how many days before its end an exemption is warned of, each once"),
  MERIDIAN_AUDIT_SINK: z
    .string()
    .min(1)
    .optional()
    .describe("where the audit log is streamed to as JSON lines: a file, or stdout; nowhere without it"),
  MERIDIAN_AUDIT_HEADS: z
    .string()
    .min(1)
    .optional()
    .describe("where the heads of the audit log's chain go: a file, a folder that ends in /, or stdout"),
  MERIDIAN_LEDGER_HEADS: z
    .string()
    .min(1)
    .optional()
    .describe("where the heads of the ledger of decisions go: a file, a folder that ends in /, or stdout"),
  MERIDIAN_POLICY_SETTINGS: z
    .string()
    .min(1)
    .optional()
    .describe("a JSON file of levels and settings of the policies; all are as the pack has them without it"),
});

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly sandbox: boolean;
  readonly adminKey: string | undefined;
  readonly masterKeys: MasterKeySettings;
  /** Undefined where no escrow is kept. */
  readonly escrow: { readonly url: string; readonly publicKey: string } | undefined;
  readonly logLevel: string;
  readonly runners: number;
  readonly reservationMinutes: number;
  readonly exemptions: {
    /** Days after which one must end at the latest. */
    readonly longestDays: number;
    /** Days before its end at which it is warned of, the most first. */
    readonly warnDays: readonly number[];
  };
  /** `stdout`, or the absolute path of a file. */
  readonly auditSink: string | undefined;
  /** `stdout`, or the absolute path of a file, or with `/` at its end of a folder. */
  readonly auditHeads: string;
  /** As `auditHeads`. */
  readonly ledgerHeads: string;
  /** The absolute path of a file. */
  readonly policySettings: string | undefined;
}

/** Who keeps the root keys. */
export type MasterKeySettings =
  | { readonly source: "file" }
  | { readonly source: "environment"; readonly keys: string }
  | { readonly source: "command"; readonly command: string };

export const settingNames = Object.keys(schema.shape);

/**
 * Reads the settings from an environment; each may instead be the content of the file that its `_FILE` twin names.
 *
 * @throws Error with one line for each fault found, all of them at once.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = [];
  const given: Record<string, string> = {};
  for (const name of settingNames) {
    const value = env[name] !== undefined && env[name] !== "" ? env[name] : fromFile(name, env, faults);
    if (value !== undefined) given[name] = value;
  }
  const parsed = schema.safeParse(given);
  faults.push(...keySourceFaults(given), ...escrowFaults(given));
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  if (faults.length > 0 || !parsed.success) {
    throw new Error(
      `The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  }
  const { data } = parsed;
  return {
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL,
    dataDir: path.resolve(data.MERIDIAN_DATA_DIR),
    sandbox: data.MERIDIAN_SANDBOX,
    adminKey: data.MERIDIAN_ADMIN_KEY,
    masterKeys: masterKeysOf(data),
    escrow: escrowOf(data),
    logLevel: data.MERIDIAN_LOG_LEVEL,
    runners: data.MERIDIAN_RUNNERS,
    reservationMinutes: data.MERIDIAN_RESERVATION_MINUTES,
    exemptions: { longestDays: data.MERIDIAN_EXEMPTION_DAYS, warnDays: data.MERIDIAN_EXEMPTION_WARNING_DAYS },
    auditSink: data.MERIDIAN_AUDIT_SINK === "stdout" ? "stdout" : absolute(data.MERIDIAN_AUDIT_SINK),
    auditHeads: headsPlace(data.MERIDIAN_AUDIT_HEADS ?? path.join(data.MERIDIAN_DATA_DIR, "audit-heads.jsonl")),
    ledgerHeads: headsPlace(data.MERIDIAN_LEDGER_HEADS ?? path.join(data.MERIDIAN_DATA_DIR, "ledger-heads.jsonl")),
    policySettings: absolute(data.MERIDIAN_POLICY_SETTINGS),
  };
}

function masterKeysOf(given: z.output<typeof schema>): MasterKeySettings {
  const { MERIDIAN_MASTER_KEY: keys, MERIDIAN_MASTER_KEY_COMMAND: command } = given;
  if (command !== undefined) return { source: "command", command };
  return keys === undefined ? { source: "file" } : { source: "environment", keys };
}

function escrowOf(given: z.output<typeof schema>): Settings["escrow"] {
  const { MERIDIAN_ESCROW: url, MERIDIAN_ESCROW_PUBLIC_KEY: publicKey } = given;
  return url === undefined || publicKey === undefined ? undefined : { url, publicKey };
}

function escrowFaults(given: Readonly<Record<string, string>>): string[] {
  const [url, key] = ["MERIDIAN_ESCROW", "MERIDIAN_ESCROW_PUBLIC_KEY"];
  if ((given[url] === undefined) === (given[key] === undefined)) return [];
  const missing = given[url] === undefined ? url : key;
  return [`${missing}: must be given with ${missing === url ? key : url}; an escrow is a place and a key`];
}

/** A source without its key, and a key without its source, are mistakes that would show when secrets cannot be read. */
function keySourceFaults(given: Readonly<Record<string, string>>): string[] {
  const source =
    given["MERIDIAN_MASTER_KEY_SOURCE"] ?? (given["MERIDIAN_MASTER_KEY"] === undefined ? "file" : "environment");
  const uses = { MERIDIAN_MASTER_KEY: "environment", MERIDIAN_MASTER_KEY_COMMAND: "command" };
  return Object.entries(uses).flatMap(([name, user]) => {
    if ((source === user) === (given[name] !== undefined)) return [];
    if (source === user) return [`${name}: must be given for the key source ${source}`];
    return [
      `${name}: is not used by the key source ${source}; leave it out, or set MERIDIAN_MASTER_KEY_SOURCE to ${user}`,
    ];
  });
}

/** Settings whose file must be readable by nobody else. */
const privateSettings: ReadonlySet<string> = new Set(["MERIDIAN_MASTER_KEY"]);
/** A slash at the end says that it is a folder, and stays. */
const headsPlace = (given: string): string =>
  given === "stdout" ? given : path.resolve(given) + (given.endsWith("/") ? "/" : "");
const absolute = (file: string | undefined) => (file === undefined ? undefined : path.resolve(file));

function fromFile(name: string, env: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return undefined;
  try {
    return (privateSettings.has(name) ? readPrivateFile(file) : readFileSync(file, "utf8")).trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // what file system calls and readPrivateFile throw
    faults.push(`${name}_FILE: ${code === undefined ? message : `cannot read ${file} (${code})`}`);
    return undefined;
  }
}
