import type { MasterKeySettings } from "../base/settings.ts";
import { commandKeySource } from "./commandKeySource.ts";
import { fileKeySource } from "./fileKeySource.ts";
import type { KeySource } from "./keySource.ts";
import { rootKeys } from "./rootKeys.ts";

/** @throws Error that names what is wrong with the file, the setting or the command */
export async function openKeySource(settings: MasterKeySettings, dataDir: string): Promise<KeySource> {
  switch (settings.source) {
    case "file":
      return fileKeySource(dataDir);
    case "environment":
      return rootKeys(settings.keys, { name: "environment", madeAt: undefined, where: "MERIDIAN_MASTER_KEY" });
    case "command":
      return commandKeySource(settings.command);
  }
}
