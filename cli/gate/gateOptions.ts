import { CliError } from "../cliError.ts";

export const gateFormats = {
  text: "text/plain",
  json: "application/json",
  sarif: "application/sarif+json",
  junit: "application/junit+xml",
} as const;

export type GateFormat = keyof typeof gateFormats;

/** The command line of `meridian gate`, as it is typed. */
export interface GateOptions {
  readonly state?: string;
  readonly preview?: string;
  readonly events?: string;
  readonly stack?: string;
  readonly chdir?: string;
  readonly configFile?: string;
  readonly format: GateFormat;
  readonly output?: string;
  readonly environment?: string;
  readonly region?: string;
  readonly stackSet?: string;
  readonly team?: string;
  readonly packConfig?: string;
  readonly bundle?: string;
  readonly offline?: boolean;
}

/** What is to be judged. */
export type GateSource =
  | { readonly kind: "deployment" | "preview" | "events"; readonly file: string }
  | { readonly kind: "stack"; readonly stack: string }
  | { readonly kind: "program" };

export type FileSource = Extract<GateSource, { readonly file: string }>;

/** @throws CliError `bad-option` for more than one source, and for options that exclude each other */
export function sourceOf({ state, preview, events, stack }: GateOptions): GateSource {
  const given = { "--state": state, "--preview": preview, "--events": events, "--stack": stack };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  if (named.length > 1)
    throw new CliError("bad-option", `Give one of ${named.map(([name]) => name).join(" and ")}, not both.`);
  if (state !== undefined) return { kind: "deployment", file: state };
  if (preview !== undefined) return { kind: "preview", file: preview };
  if (events !== undefined) return { kind: "events", file: events };
  return stack === undefined ? { kind: "program" } : { kind: "stack", stack };
}

/** Whether the service judges. @throws CliError `bad-option` */
export function judgedByService(options: GateOptions, source: GateSource, env: NodeJS.ProcessEnv): boolean {
  const reachable = Boolean(env["MERIDIAN_URL"]) && Boolean(env["MERIDIAN_KEY"]);
  const online = reachable && options.offline !== true;
  if (source.kind === "stack" && !online)
    throw new CliError("bad-option", "--stack is judged by the service: set MERIDIAN_URL and MERIDIAN_KEY.");
  if (online && options.packConfig !== undefined)
    throw new CliError(
      "bad-option",
      "The service judges by its own settings: leave out --pack-config, or give --offline.",
    );
  if (options.bundle !== undefined && options.packConfig !== undefined)
    throw new CliError("bad-option", "A bundle has its settings in it: leave out --pack-config, or --bundle.");
  return online;
}
