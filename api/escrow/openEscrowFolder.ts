import { fileURLToPath } from "node:url";
import type { EscrowFolder } from "./escrowFolder.ts";
import { fileEscrowFolder } from "./fileEscrowFolder.ts";

/** @param url `file:///…`; the settings have checked it */
export const openEscrowFolder = (url: string): EscrowFolder => fileEscrowFolder(fileURLToPath(url));
