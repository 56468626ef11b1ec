import { CliError } from "../cliError.ts";

/** One version of a pack, as commands take it. */
export interface PackVersion {
  readonly pack: string;
  readonly version: string;
}

/** @throws CliError `bad-option` for what is not `name@version` */
export function readPackVersion(named: string): PackVersion {
  const at = named.lastIndexOf("@");
  const [pack, version] = [named.slice(0, at), named.slice(at + 1)];
  if (at <= 0 || version === "") throw new CliError("bad-option", `give <name>@<version>, not ${named}`);
  return { pack, version };
}
