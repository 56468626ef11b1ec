export const csv = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) => row.map((value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(","))
    .join("\n");

export const focusHeader = [
  "BillingPeriodStart",
  "ChargePeriodStart",
  "BilledCost",
  "EffectiveCost",
  "BillingCurrency",
  "ServiceName",
  "ResourceId",
  "SubAccountId",
  "RegionId",
  "Tags",
];
interface FocusRow {
  readonly billed: string;
  readonly effective?: string;
  readonly currency?: string;
  readonly resource?: string;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>> | string;
  readonly charged?: string;
}
const focusRow = (row: FocusRow): string[] => [
  "2026-11-01T00:00:00Z",
  row.charged ?? "2026-11-03T00:00:00Z",
  row.billed,
  row.effective ?? row.billed,
  row.currency ?? "USD",
  "Amazon Elastic Compute Cloud",
  row.resource ?? "",
  "111111111111",
  row.region ?? "eu-west-1",
  typeof row.tags === "string" ? row.tags : JSON.stringify(row.tags ?? {}),
];
/** An export of FOCUS with these charges. */
export const focus = (...rows: FocusRow[]): string => csv([focusHeader, ...rows.map(focusRow)]);
export const launch = { "meridian:owner": "default", "meridian:stack-set": "launch" };
