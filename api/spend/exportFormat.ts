import { exportFault } from "./exportFault.ts";

/** What is read of a row, by the name of its column in the export; undefined where the export has no such column. */
export interface ExportColumns {
  readonly period: number;
  readonly charged: number;
  readonly billed: number;
  readonly effective: number | undefined;
  readonly currency: number;
  readonly service: number | undefined;
  readonly resource: number | undefined;
  readonly account: number | undefined;
  readonly region: number | undefined;
  /** A JSON object of tags. */
  readonly tags: number | undefined;
  /** Tags with a column each, by the tag's plain name. */
  readonly tagColumns: ReadonlyMap<string, number>;
  /** Only of AWS: what a reservation or a savings plan has paid for is effective at another price. */
  readonly covered:
    | { readonly type: number; readonly plan: number | undefined; readonly reservation: number | undefined }
    | undefined;
}

export type FormatName = "focus" | "cur";

export interface ExportFormat {
  readonly name: FormatName;
  readonly columns: ExportColumns;
  /** As they stand in the export. */
  readonly header: readonly string[];
}

/** The tags that say whose a resource is; other tags are not read. */
const OWNER_TAGS = ["meridian-owner", "meridian-stack-set"] as const;
export type OwnerTag = (typeof OWNER_TAGS)[number];

/** `user:meridian:stack-set`, `user_meridian_stack_set` and `meridian:stack-set` are one tag. */
export function ownerTag(key: string): OwnerTag | undefined {
  const plain = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^user-/, "");
  return OWNER_TAGS.find((tag) => tag === plain);
}

/** Columns of AWS's legacy report have the names of CUR 2.0 once they are written alike. */
const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("/", "_")
    .toLowerCase();

/**
 * Tells the format of an export by its header. FOCUS 1.x: the FinOps Open Cost and Usage Specification's column names; CUR: those of
 * AWS's Cost and Usage Report, 2.0 or legacy.
 *
 * @throws Problem `invalid-request` naming the columns that are missing, or the one that stands twice
 */
export function formatOf(header: readonly string[]): ExportFormat {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (twice !== undefined) throw exportFault({ row: 1, column: twice, detail: "The column stands twice." });
  const alike = names.map(snake);
  if (names.includes("BilledCost")) return { name: "focus", header: names, columns: focusColumns(names) };
  if (alike.includes("line_item_unblended_cost"))
    return { name: "cur", header: names, columns: curColumns(names, alike) };
  const detail =
    "The header is of no export that is known here: FOCUS 1.x has a column BilledCost, AWS's Cost and Usage Report line_item_unblended_cost or lineItem/UnblendedCost.";
  throw exportFault({ row: 1, detail });
}

function focusColumns(names: readonly string[]): ExportColumns {
  const at = finder(names);
  requireColumns(names, ["BillingPeriodStart", "ChargePeriodStart", "BilledCost", "EffectiveCost", "BillingCurrency"]);
  return {
    period: at("BillingPeriodStart") ?? 0,
    charged: at("ChargePeriodStart") ?? 0,
    billed: at("BilledCost") ?? 0,
    effective: at("EffectiveCost"),
    currency: at("BillingCurrency") ?? 0,
    service: at("ServiceName"),
    resource: at("ResourceId"),
    account: at("SubAccountId"),
    region: at("RegionId"),
    tags: at("Tags"),
    tagColumns: new Map(),
    covered: undefined,
  };
}

function curColumns(names: readonly string[], alike: readonly string[]): ExportColumns {
  const at = finder(alike);
  requireColumns(alike, ["bill_billing_period_start_date", "line_item_usage_start_date", "line_item_currency_code"]);
  const type = at("line_item_line_item_type");
  return {
    period: at("bill_billing_period_start_date") ?? 0,
    charged: at("line_item_usage_start_date") ?? 0,
    billed: at("line_item_unblended_cost") ?? 0,
    effective: undefined,
    currency: at("line_item_currency_code") ?? 0,
    service: at("line_item_product_code") ?? at("product_servicecode"),
    resource: at("line_item_resource_id"),
    account: at("line_item_usage_account_id"),
    region: at("product_region_code") ?? at("product_region"),
    tags: at("resource_tags"),
    tagColumns: tagColumnsOf(names),
    covered:
      type === undefined
        ? undefined
        : {
            type,
            plan: at("savings_plan_savings_plan_effective_cost"),
            reservation: at("reservation_effective_cost"),
          },
  };
}

function tagColumnsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  names.forEach((name, index) => {
    const key = /^resource_?tags[/_](.+)$/i.exec(name)?.[1];
    const tag = key === undefined ? undefined : ownerTag(key);
    if (tag !== undefined) found.set(tag, index);
  });
  return found;
}

const finder =
  (names: readonly string[]) =>
  (name: string): number | undefined => {
    const index = names.indexOf(name);
    return index < 0 ? undefined : index;
  };

function requireColumns(names: readonly string[], needed: readonly string[]): void {
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw exportFault({
    row: 1,
    column: missing[0] ?? "",
    detail: `The export lacks the columns ${missing.join(", ")}.`,
  });
}
