const remedies = {
  "not-a-backup": "Give a file that `meridian backup` wrote.",
  damaged: "Nothing was written. Take another copy of the file, or an older backup.",
  "missing-key": "Put the root key that was kept apart from the backup where the service looks for it, and try again.",
  newer: "Use the version of Meridian that made the backup, or a newer one.",
  "not-empty": "Name an empty database, or give --replace to throw away what is in this one.",
  "in-use": "End what is connected (control processes first), and try again.",
  "no-key": "Run this where the service runs, with the same settings.",
  "not-a-service": "Name the database of a Meridian service.",
} as const;

export type BackupFaultCode = keyof typeof remedies;

/** Why a backup was not made, taken for good, or restored: what is wrong, the value, and what to do. */
export class BackupFault extends Error {
  readonly code: BackupFaultCode;

  constructor(code: BackupFaultCode, detail: string, cause?: unknown) {
    super(`${detail} ${remedies[code]}`, { cause });
    this.name = "BackupFault";
    this.code = code;
  }
}
