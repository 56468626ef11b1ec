import type { Contradiction } from "../contradiction.ts";
import {
  budgetInEvents,
  canRing,
  errorBudget,
  leastBudgetInEvents,
  leastEventsPerMinute,
  lowestTarget,
} from "./burnRate.ts";
import { canaryStartSeconds } from "./canaryScript.ts";
import { eventsPerMinute } from "./indicator.ts";
import type { ObservabilityInputs } from "./inputs.ts";
import { type ObjectiveInputs, objectiveName, type ServiceInputs } from "./serviceInputs.ts";

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: ObservabilityInputs): readonly Contradiction[] {
  const { services, logGroups, canaries, traces, incidentResponse, crossAccount } = inputs;
  return [
    ...twice(services, "services"),
    ...twice(logGroups, "logGroups"),
    ...twice(canaries, "canaries"),
    ...twice(traces.rules, "traces", "rules"),
    ...twice(incidentResponse?.contacts ?? [], "incidentResponse", "contacts"),
    ...twice(
      (crossAccount?.accounts ?? []).map((name) => ({ name })),
      "crossAccount",
      "accounts",
    ),
    ...logGroups.flatMap(({ filters }, index) => twice(filters, "logGroups", index, "filters")),
    ...sameAlarms(inputs),
    ...services.flatMap((service, index) => inService(service, inputs).map(under("services", index))),
    ...canaries.flatMap(lateCanary),
  ];
}

function under(...prefix: readonly (string | number)[]) {
  return ({ path, message }: Contradiction): Contradiction => ({ path: [...prefix, ...path], message });
}

function twice(
  things: readonly { readonly name: string }[],
  ...path: readonly (string | number)[]
): readonly Contradiction[] {
  const again = things.findIndex(({ name }, index) => things.findIndex((other) => other.name === name) !== index);
  const name = things[again]?.name;
  return name === undefined ? [] : [{ path: [...path, again], message: `name ${name} once: names tell them apart` }];
}

/** What names become together: `a-b` with `c` would be called as `a` with `b-c`. */
function sameAlarms({ services, logGroups, incidentResponse }: ObservabilityInputs): readonly Contradiction[] {
  const ofServices = services.flatMap(({ name, objectives }, index) =>
    objectives.map((objective) => ({
      alarm: `${name}-${objectiveName(objective)}`,
      path: ["services", index, "name"],
    })),
  );
  const ofLogs = logGroups.flatMap(({ name, filters }, index) =>
    filters.map((filter) => ({ alarm: `${name}-${filter.name}`, path: ["logGroups", index, "name"] })),
  );
  const reserved = services.flatMap(({ name }, index) =>
    /^(canary|log)(-|$)/.test(name)
      ? [
          {
            path: ["services", index, "name"],
            message: `give a name other than ${name}: alarms of canaries and logs begin so`,
          },
        ]
      : [],
  );
  const escalation = (incidentResponse?.contacts ?? []).flatMap(({ name }, index) => {
    const path = ["incidentResponse", "contacts", index, "name"];
    return name === "escalation" ? [{ path, message: "give another name: the escalation itself is called so" }] : [];
  });
  return [...[ofServices, ofLogs].flatMap(sameTwice), ...reserved, ...escalation];
}

function sameTwice(
  named: readonly { readonly alarm: string; readonly path: Contradiction["path"] }[],
): readonly Contradiction[] {
  return named.flatMap(({ alarm, path }, index) => {
    const first = named.find((other) => other.alarm === alarm);
    const before = first !== undefined && named.indexOf(first) < index && first.path[1] !== path[1];
    return before
      ? [{ path, message: `give another name: together with what is in it, ${alarm} is called twice` }]
      : [];
  });
}

function inService(service: ServiceInputs, inputs: ObservabilityInputs): readonly Contradiction[] {
  const { objectives } = service;
  const named = objectives.map((objective) => ({ name: objectiveName(objective) }));
  return [
    ...twice(named, "objectives"),
    ...unmeasured(service),
    ...objectives.flatMap((objective, index) =>
      [impossible(objective), tooRare(objective, service), beyondLogs(objective, inputs)]
        .flatMap((found) => found ?? [])
        .map(under("objectives", index)),
    ),
  ];
}

/** What an objective needs of its service that was not named. */
function unmeasured(service: ServiceInputs): readonly Contradiction[] {
  const asks = (kind: ObjectiveInputs["kind"]) => service.objectives.some((objective) => objective.kind === kind);
  if (service.kind === "queue" && asks("availability") && service.deadLetterQueueName === undefined) {
    const message = "name the queue's dead letters: availability counts the minutes in which there are none";
    return [{ path: ["deadLetterQueueName"], message }];
  }
  if (service.kind !== "custom-metric") return [];
  const found: Contradiction[] = [];
  const { goodMetric, badMetric, latencyMetric } = service;
  if (asks("availability") && (goodMetric === undefined) === (badMetric === undefined)) {
    const message = "give either goodMetric or badMetric: availability is one of them over totalMetric";
    found.push({ path: [badMetric === undefined ? "goodMetric" : "badMetric"], message });
  }
  if (asks("latency") && latencyMetric === undefined) {
    found.push({ path: ["latencyMetric"], message: "name it: an objective of latency is measured by its values" });
  }
  return found;
}

function impossible(objective: ObjectiveInputs): Contradiction | undefined {
  if (errorBudget(objective.target) >= 1) {
    return { path: ["target"], message: "give a target above 0" };
  }
  if (canRing(objective)) return undefined;
  const { target, windowDays } = objective;
  const least = lowestTarget(windowDays);
  const message = `give at least ${least}, or a shorter window: at ${target} % over ${windowDays} days the fastest alarm would ring only if more failed than was asked for`;
  return { path: ["target"], message };
}

function tooRare(objective: ObjectiveInputs, service: ServiceInputs): Contradiction | undefined {
  if (!canRing(objective)) return undefined;
  const events = eventsPerMinute(service);
  if (budgetInEvents(objective, events) >= leastBudgetInEvents) return undefined;
  const { target, windowDays } = objective;
  const found = `at ${target} % over ${windowDays} days the budget is ${budgetInEvents(objective, events)} events, and one bad event alone would page`;
  const cure =
    service.kind === "queue"
      ? "give a lower target or a longer window: a queue is looked at once a minute"
      : `give a lower target, a longer window, or a service of at least ${leastEventsPerMinute(objective)} requestsPerMinute`;
  return { path: ["target"], message: `${cure}; ${found}` };
}

function beyondLogs({ windowDays }: ObjectiveInputs, inputs: ObservabilityInputs): Contradiction | undefined {
  const kept = Math.min(
    inputs.logRetentionDays,
    ...inputs.logGroups.map(({ retentionDays }) => retentionDays ?? inputs.logRetentionDays),
  );
  if (windowDays <= kept) return undefined;
  const message = `give at most ${kept} days, or keep logs longer: what used up the budget could not be looked up any more`;
  return { path: ["windowDays"], message };
}

function lateCanary(
  { everyMinutes, timeoutSeconds }: ObservabilityInputs["canaries"][number],
  index: number,
): readonly Contradiction[] {
  const most = everyMinutes * 60 - canaryStartSeconds;
  if (timeoutSeconds <= most) return [];
  const message = `give at most ${most} seconds, or visit less often: a visit must have ended when the next begins`;
  return [{ path: ["canaries", index, "timeoutSeconds"], message }];
}
