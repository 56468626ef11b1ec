import type { DashboardGraph, DashboardMetric } from "../components/dashboard.ts";
import { errorBudget } from "./burnRate.ts";
import { type Indicator, indicatorOf, loadOf, type Term } from "./indicator.ts";
import { indicatorMath, nameTerms } from "./metricMath.ts";
import { type ObjectiveInputs, objectiveName, type ServiceInputs } from "./serviceInputs.ts";

/** One objective of one service, as graphs and alarms need it. */
export interface Watched {
  readonly service: ServiceInputs;
  readonly objective: ObjectiveInputs;
  readonly name: string;
  readonly indicator: Indicator;
}

export function watchedOf(services: readonly ServiceInputs[]): readonly Watched[] {
  return services.flatMap((service) =>
    service.objectives.map((objective) => ({
      service,
      objective,
      name: objectiveName(objective),
      indicator: indicatorOf(service, objective),
    })),
  );
}

/** What reports of changes and incidents are counted in, and under which dimension. */
export interface DeliveryMetrics {
  readonly namespace: string;
  readonly stackSet: string;
}

const hour = 3600;
const day = 24 * hour;

/** The figures a region is judged by: what players get, how much there is of it, what it costs, and how changes go. */
export function overviewGraphs(
  services: readonly ServiceInputs[],
  delivery: DeliveryMetrics,
  canaryNames: readonly DashboardMetric[],
): readonly DashboardGraph[] {
  const watched = watchedOf(services);
  const available = watched.filter(({ objective }) => objective.kind === "availability");
  const quick = watched.filter(({ objective }) => objective.kind === "latency");
  return [
    ...graphOf("Availability, percent", rowsOf(available, percentGood)),
    ...graphOf("Answered in time, percent", rowsOf(quick, percentGood)),
    ...graphOf(
      "Error rate, percent",
      rowsOf(available, ({ badShare }) => `100*${badShare}`),
    ),
    ...graphOf(
      "Customer impact: requests that failed or came late",
      rowsOf(watched, ({ badEvents }) => badEvents),
    ),
    ...graphOf(
      "Load",
      services.flatMap((service) => loadRows(service)),
    ),
    ...graphOf("Visits from outside that succeeded, percent", canaryNames),
    ...deliveryGraphs(services, delivery),
  ];
}

/** One service: how fast its budgets burn, what is good, and its load. */
export function serviceGraphs(service: ServiceInputs): readonly DashboardGraph[] {
  const watched = watchedOf([service]);
  return [
    {
      title: "Burn rate over an hour: 1 uses the budget up exactly",
      statistic: "Sum",
      period: hour,
      metrics: watched.flatMap((each, index) =>
        rows(each, `s${index}m`, ({ badShare }) => `${badShare}/${errorBudget(each.objective.target)}`),
      ),
    },
    ...graphOf("Good events, percent", rowsOf(watched, percentGood)),
    ...graphOf(
      "Events that were bad",
      rowsOf(watched, ({ badEvents }) => badEvents),
    ),
    ...graphOf("Load", loadRows(service)),
  ];
}

type Formula = (math: { readonly badShare: string; readonly badEvents: string }) => string;

const percentGood: Formula = ({ badShare }) => `100*(1-${badShare})`;

function graphOf(title: string, metrics: readonly DashboardMetric[]): readonly DashboardGraph[] {
  return metrics.length === 0 ? [] : [{ title, statistic: "Sum", metrics }];
}

function rowsOf(watched: readonly Watched[], formula: Formula): readonly DashboardMetric[] {
  return watched.flatMap((each, index) => rows(each, `s${index}m`, formula));
}

function rows({ service, name, indicator }: Watched, prefix: string, formula: Formula): readonly DashboardMetric[] {
  const math = indicatorMath(indicator, prefix);
  return [
    [{ expression: formula(math), label: `${service.name} ${name}`, id: `${prefix}r` }],
    ...math.terms.map(({ id, ...term }) => rowOf(term, { id, visible: false })),
  ];
}

function loadRows(service: ServiceInputs): readonly DashboardMetric[] {
  return loadOf(service).map((term) => rowOf(term, { label: `${service.name} ${term.metric}` }));
}

function rowOf({ namespace, metric, dimensions, stat }: Term, options: object): DashboardMetric {
  return [namespace, metric, ...Object.entries(dimensions).flat(), { stat, ...options }];
}

/** How changes go and what it costs, from metrics that Meridian or a pipeline writes. */
function deliveryGraphs(services: readonly ServiceInputs[], delivery: DeliveryMetrics): readonly DashboardGraph[] {
  const dimensions = { StackSet: delivery.stackSet };
  const reported = (id: string, metric: string, stat = "Sum") =>
    rowOf({ namespace: delivery.namespace, metric, dimensions, stat }, { id, visible: false });
  const shown = (expression: string, label: string): DashboardMetric => [{ expression, label, id: "shown" }];
  const load = nameTerms(services.flatMap((service) => loadOf(service).slice(0, 1)));
  const requests = load.terms.map(({ id }) => `FILL(${id},0)`).join("+");
  const graph = (title: string, metrics: readonly DashboardMetric[]) =>
    ({ title, statistic: "Sum", period: day, metrics }) as const;
  return [
    graph("Change failure rate, percent", [
      shown("IF(changes>0,100*FILL(failed,0)/changes,0)", "failed changes"),
      reported("changes", "Changes"),
      reported("failed", "FailedChanges"),
    ]),
    graph("Mean time to restore (MTTR), minutes", [
      shown("restore", "minutes"),
      reported("restore", "RestoreMinutes", "Average"),
    ]),
    graph("Mean time between failures (MTBF), hours", [
      shown("IF(incidents>0,PERIOD(incidents)/3600/incidents)", "hours"),
      reported("incidents", "Incidents"),
    ]),
    graph("Cost efficiency: USD for a million requests", [
      shown(`IF((${requests})>0,1000000*spend/(${requests}))`, "USD"),
      reported("spend", "SpendUsd"),
      ...load.terms.map(({ id, ...term }) => rowOf(term, { id, visible: false })),
    ]),
  ];
}
