export type PackFault = "not-loaded" | "threw" | "hung" | "died" | "nonsense";

/** What became of a judgement that a pack did not give. */
export class PackError extends Error {
  readonly code = "pack-failed";
  readonly fault: PackFault;
  /** The rule that was at work, as far as can be told. */
  readonly rule: string | undefined;

  constructor(fault: PackFault, message: string, rule?: string) {
    super(message);
    this.fault = fault;
    this.rule = rule;
  }
}
