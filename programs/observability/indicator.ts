import type { ObjectiveInputs, ServiceInputs } from "./serviceInputs.ts";

/** One metric as CloudWatch counts it: a sum of events, or how many values lie within a range. */
export interface Term {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `SampleCount`, or a trimmed count such as `TC(:0.5)`: how many values are at most a half. */
  readonly stat: string;
}

/** Of all events, those that are bad, or those that are good: whichever the cloud counts. */
export interface Indicator {
  readonly counts: "bad" | "good";
  readonly counted: readonly Term[];
  readonly total: readonly Term[];
}

type Kind = ServiceInputs["kind"];
type Of<K extends Kind> = Extract<ServiceInputs, { readonly kind: K }>;
/** One metric under one or several sets of dimensions. */
type Measure = (metric: string, stat: string) => readonly Term[];

/**
 * What of a service is good. Sources: Elastic Load Balancing, API Gateway, Lambda, SQS and DynamoDB guides, each its page on CloudWatch
 * metrics; the statistics: CloudWatch user guide, "Statistics definitions".
 */
export function indicatorOf(service: ServiceInputs, objective: ObjectiveInputs): Indicator {
  return objective.kind === "availability" ? availabilityOf(service) : latencyOf(service, objective.thresholdMillis);
}

function availabilityOf(service: ServiceInputs): Indicator {
  const measure = measureOf(service);
  const sum = (...metrics: readonly string[]) => metrics.flatMap((metric) => measure(metric, "Sum"));
  switch (service.kind) {
    case "load-balancer":
      // A request for which no target was found counts nowhere but among the load balancer's own errors.
      return {
        counts: "bad",
        counted: sum("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"),
        total: sum("RequestCount", "HTTPCode_ELB_5XX_Count"),
      };
    case "http-api":
      return { counts: "bad", counted: sum("5xx"), total: sum("Count") };
    case "function":
      // A throttled call is no invocation.
      return { counts: "bad", counted: sum("Errors", "Throttles"), total: sum("Invocations", "Throttles") };
    case "queue":
      // What moves to the dead letters counts nowhere as sent: so minutes are counted, by the one value of each.
      return valuesUpTo(deadLetters(service), "ApproximateNumberOfMessagesVisible", "0");
    case "table": {
      const bad = sum("SystemErrors", "ThrottledRequests");
      return { counts: "bad", counted: bad, total: [...measure("SuccessfulRequestLatency", "SampleCount"), ...bad] };
    }
    case "custom-metric":
      return {
        counts: service.goodMetric === undefined ? "bad" : "good",
        counted: sum(service.goodMetric ?? service.badMetric ?? service.totalMetric),
        total: sum(service.totalMetric),
      };
  }
}

function latencyOf(service: ServiceInputs, thresholdMillis: number): Indicator {
  const measure = measureOf(service);
  const millis = String(thresholdMillis);
  const seconds = String(thresholdMillis / 1000);
  switch (service.kind) {
    case "load-balancer":
      return valuesUpTo(measure, "TargetResponseTime", seconds);
    case "http-api":
      return valuesUpTo(measure, "Latency", millis);
    case "function":
      return valuesUpTo(measure, "Duration", millis);
    case "queue":
      return valuesUpTo(measure, "ApproximateAgeOfOldestMessage", seconds);
    case "table":
      return valuesUpTo(measure, "SuccessfulRequestLatency", millis);
    case "custom-metric":
      return valuesUpTo(
        measure,
        service.latencyMetric ?? service.totalMetric,
        service.latencyUnit === "seconds" ? seconds : millis,
      );
  }
}

function valuesUpTo(measure: Measure, metric: string, most: string): Indicator {
  return { counts: "good", counted: measure(metric, `TC(:${most})`), total: measure(metric, "SampleCount") };
}

/** How much a service has to do: the graph of its load. */
export function loadOf(service: ServiceInputs): readonly Term[] {
  const measure = measureOf(service);
  switch (service.kind) {
    case "load-balancer":
      return measure("RequestCount", "Sum");
    case "http-api":
      return measure("Count", "Sum");
    case "function":
      return [...measure("Invocations", "Sum"), ...measure("ConcurrentExecutions", "Maximum")];
    case "queue":
      return [...measure("NumberOfMessagesSent", "Sum"), ...measure("ApproximateNumberOfMessagesVisible", "Maximum")];
    case "table":
      return measure("SuccessfulRequestLatency", "SampleCount");
    case "custom-metric":
      return measure(service.totalMetric, "Sum");
  }
}

/** How many events a quiet minute has: of a queue one, since it is looked at once a minute. */
export function eventsPerMinute(service: ServiceInputs): number {
  return service.kind === "queue" ? 1 : service.requestsPerMinute;
}

function measureOf(service: ServiceInputs): Measure {
  switch (service.kind) {
    case "load-balancer":
      return measuring("AWS/ApplicationELB", [{ LoadBalancer: service.loadBalancer }]);
    case "http-api":
      return measuring("AWS/ApiGateway", [
        { ApiId: service.apiId, ...(service.stage === undefined ? {} : { Stage: service.stage }) },
      ]);
    case "function":
      return measuring("AWS/Lambda", [{ FunctionName: service.functionName }]);
    case "queue":
      return measuring("AWS/SQS", [{ QueueName: service.queueName }]);
    case "table":
      return measuring(
        "AWS/DynamoDB",
        service.operations.map((Operation) => ({ TableName: service.tableName, Operation })),
      );
    case "custom-metric":
      return measuring(service.namespace, [service.dimensions]);
  }
}

function deadLetters({ queueName, deadLetterQueueName }: Of<"queue">): Measure {
  return measuring("AWS/SQS", [{ QueueName: deadLetterQueueName ?? queueName }]);
}

function measuring(namespace: string, dimensionSets: readonly Readonly<Record<string, string>>[]): Measure {
  return (metric, stat) => dimensionSets.map((dimensions) => ({ namespace, metric, dimensions, stat }));
}
