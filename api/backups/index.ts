export { backupDatabase } from "./backupDatabase.ts";
export { findBackupPlace } from "./backupPlace.ts";
export type { BackupKeys } from "./neededKeys.ts";
export { verifyBackup } from "./readBackup.ts";
export { restoreDatabase } from "./restoreDatabase.ts";
