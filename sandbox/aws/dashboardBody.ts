import { isList, isProperties, list, type Properties, text, type Value } from "../model/values.ts";

/** Source of the structure and of all limits: Amazon CloudWatch API reference, "Dashboard body structure and syntax". */
const TYPES = ["metric", "text", "log", "alarm", "explorer", "custom"];
const VIEWS = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"];
const GRID = 24;
const MOST_WIDGETS = 500;

/** Everything that CloudWatch finds wrong with the body of a dashboard, as `<path>: <sentence>`. */
export function bodyFaults(body: string): readonly string[] {
  const parsed: Value = JSON.parse(body);
  if (!isProperties(parsed)) return ["/: should be object"];
  const widgets = parsed["widgets"];
  if (!isList(widgets)) return ["/: should have required property 'widgets'"];
  if (widgets.length > MOST_WIDGETS) return [`/widgets: should NOT have more than ${MOST_WIDGETS} items`];
  return widgets.flatMap((widget, i) => {
    const path = `/widgets/${i}`;
    return isProperties(widget) ? widgetFaults(widget, path) : [`${path}: should be object`];
  });
}

function widgetFaults(widget: Properties, path: string): readonly string[] {
  const type = text(widget, "type") ?? "";
  const properties = widget["properties"];
  const faults = [
    ...whole(widget, "x", { path, min: 0, max: GRID - 1 }),
    ...whole(widget, "y", { path, min: 0, max: Number.MAX_SAFE_INTEGER }),
    ...whole(widget, "width", { path, min: 1, max: GRID }),
    ...whole(widget, "height", { path, min: 1, max: 1000 }),
    ...(TYPES.includes(type) ? [] : [`${path}/type: should be one of ${TYPES.join(", ")}`]),
  ];
  if (!isProperties(properties)) return [...faults, `${path}: should have required property 'properties'`];
  return [...faults, ...contentFaults(type, properties, `${path}/properties`)];
}

/** What a widget of each type cannot do without. Metric widgets may show annotations in place of metrics. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  metric: ["region"],
  text: ["markdown"],
  log: ["region", "query"],
  alarm: ["alarms"],
  custom: ["endpoint"],
};

function contentFaults(type: string, properties: Properties, path: string): readonly string[] {
  const missing = (REQUIRED[type] ?? []).filter((name) => properties[name] === undefined);
  return [
    ...missing.map((name) => `${path}: should have required property '${name}'`),
    ...(type === "metric" ? metricFaults(properties, path) : []),
  ];
}

function metricFaults(properties: Properties, path: string): readonly string[] {
  const { metrics, annotations, view, period } = properties;
  const seconds = Number(period);
  const odd = period !== undefined && ![1, 5, 10, 20, 30].includes(seconds) && (seconds <= 0 || seconds % 60 !== 0);
  return [
    ...(metrics === undefined && annotations === undefined ? [`${path}: should have required property 'metrics'`] : []),
    ...(metrics !== undefined && !isList(metrics) ? [`${path}/metrics: should be array`] : []),
    ...(view === undefined || VIEWS.includes(String(view))
      ? []
      : [`${path}/view: should be one of ${VIEWS.join(", ")}`]),
    ...(odd ? [`${path}/period: should be 1, 5, 10, 20, 30 or a multiple of 60`] : []),
    ...list(properties, "metrics").flatMap((row, i) => rowFaults(row, `${path}/metrics/${i}`)),
  ];
}

/** A row is `[namespace, metric, dimension, value, …]` with rendering options at its end, or options alone for an expression. */
function rowFaults(row: Value, path: string): readonly string[] {
  if (!isList(row) || row.length === 0) return [`${path}: should be array with at least one item`];
  const names = isProperties(row.at(-1)) ? row.slice(0, -1) : row;
  const strange = names.findIndex((name) => typeof name !== "string" || name === "");
  if (strange >= 0) return [`${path}/${strange}: should be string`];
  return names.length % 2 === 0 ? [] : [`${path}: should have a value for each dimension`];
}

function whole(
  widget: Properties,
  name: string,
  { path, min, max }: { readonly path: string; readonly min: number; readonly max: number },
): readonly string[] {
  const value = widget[name];
  if (value === undefined || (Number.isInteger(value) && Number(value) >= min && Number(value) <= max)) return [];
  return [`${path}/${name}: should be a whole number from ${min} to ${max}`];
}
