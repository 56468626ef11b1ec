/**
 * What a verdict says whatever door it came by: policy, level, resource, and the message without the values in brackets and without
 * amounts of money: an engine's events do not say what a new resource refers to, so that a stack's price may differ by some dollars.
 */
type Said = string;

const said = (policy: string, level: string, name: string, message: string): Said =>
  `${policy} ${level} ${name}: ${message
    .replaceAll(/ \([^)]*\)/g, "")
    .replaceAll(/\d+\.\d\d/g, "…")
    .trim()}`;

interface RestVerdict {
  readonly policy: string;
  readonly level: string;
  readonly urn: string;
  readonly message: string;
}

/** The mandatory verdicts of an operation. */
export function saidByRest(verdicts: readonly RestVerdict[]): readonly Said[] {
  return verdicts
    .filter(({ level }) => level === "mandatory")
    .map(({ policy, level, urn, message }) => said(policy, level, urn.split("::").at(-1) ?? "", message))
    .toSorted();
}

/** The mandatory violations that a policy pack of the client's own reported and the CLI printed. */
export function saidByPack(output: string): readonly Said[] {
  const violation = /- \[(mandatory)\] .*? {2}([\w-]+) {2}\(\S+: (\S+)\)\n\s+(.*)/g;
  return [...output.matchAll(violation)]
    .map(([, level = "", policy = "", name = "", message = ""]) => said(policy, level, name, message))
    .toSorted();
}
