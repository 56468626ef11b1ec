import { isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { duplicate, errors, type FieldError, forbidden, invalid, notFound, repeated, required } from "./fieldError.ts";
import { dnsLabel, portName } from "./names.ts";
import { requestErrors } from "./quantity.ts";

/** What containers are judged in: the names of the pod's volumes (unknown ones count as any), and its grace period. */
export interface PodScope {
  readonly volumes: ReadonlySet<string> | undefined;
  readonly graceSeconds: number;
}

/** What is wrong with a pod's containers of one sort (k8s.io/kubernetes, pkg/apis/core/validation). */
export function containerErrors(containers: readonly Value[], field: string, scope: PodScope): FieldError[] {
  return errors(
    repeated(
      containers.map((one) => (isProperties(one) ? one["name"] : undefined)),
      (i) => `${field}[${i}].name`,
    ),
    containers.flatMap((one, i) => (isProperties(one) ? oneContainer(one, `${field}[${i}]`, scope) : [])),
  );
}

function oneContainer(container: Properties, field: string, scope: PodScope): FieldError[] {
  const { name, image } = container;
  const badName = typeof name === "string" ? dnsLabel(name) : undefined;
  const blank = image === undefined || (typeof image === "string" && image.trim() === "");
  const padded = typeof image === "string" && !blank && image !== image.trim();
  return errors(
    badName !== undefined && invalid(`${field}.name`, name, badName),
    blank && required(`${field}.image`),
    padded && invalid(`${field}.image`, image, "must not have leading or trailing whitespace"),
    portErrors(list(container, "ports"), `${field}.ports`),
    list(container, "env").flatMap((one, i) => (isProperties(one) ? envErrors(one, `${field}.env[${i}]`) : [])),
    mountErrors(list(container, "volumeMounts"), `${field}.volumeMounts`, scope),
    requestErrors(object(container, "resources"), `${field}.resources`),
    PROBES.flatMap((probe) => probeErrors(container[probe], `${field}.${probe}`, probe)),
    lifecycleErrors(object(container, "lifecycle"), `${field}.lifecycle`, scope),
    privilegeErrors(object(container, "securityContext"), `${field}.securityContext`),
  );
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

function isPort(value: Value | undefined): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

const PORT_RANGE = "must be between 1 and 65535, inclusive";

function portErrors(ports: readonly Value[], field: string): FieldError[] {
  const objects = ports.map((port) => (isProperties(port) ? port : {}));
  return errors(
    repeated(
      objects.map(({ name }) => name),
      (i) => `${field}[${i}].name`,
    ),
    objects.flatMap(({ name, containerPort, hostPort }, i) => {
      const badName = typeof name === "string" ? portName(name) : undefined;
      return errors(
        badName !== undefined && invalid(`${field}[${i}].name`, name, badName),
        outOfRange(containerPort, `${field}[${i}].containerPort`),
        hostPort !== 0 && outOfRange(hostPort, `${field}[${i}].hostPort`),
      );
    }),
  );
}

export function outOfRange(port: Value | undefined, field: string): FieldError | undefined {
  return typeof port !== "number" || isPort(port) ? undefined : invalid(field, port, PORT_RANGE);
}

function envErrors(env: Properties, field: string): FieldError[] {
  const { name, value, valueFrom } = env;
  const bad = typeof name === "string" && (name === "" || !/^[\x20-\x3c\x3e-\x7e]+$/.test(name));
  const sources = isProperties(valueFrom) ? Object.keys(valueFrom).length : 1;
  return errors(
    name === "" && required(`${field}.name`),
    name !== "" && bad && invalid(`${field}.name`, name, "must be printable ASCII characters other than '='"),
    // The value itself may be a secret.
    valueFrom !== undefined && value !== undefined && value !== ""
      ? forbidden(`${field}.valueFrom`, "may not be specified when `value` is not empty")
      : undefined,
    sources !== 1 && forbidden(`${field}.valueFrom`, "must specify exactly one source"),
  );
}

function mountErrors(mounts: readonly Value[], field: string, { volumes }: PodScope): FieldError[] {
  const objects = mounts.map((mount) => (isProperties(mount) ? mount : {}));
  const missing = objects.flatMap(({ name }, i) =>
    volumes !== undefined && typeof name === "string" && !volumes.has(name)
      ? [notFound(`${field}[${i}].name`, name)]
      : [],
  );
  const paths = new Set<Value>();
  const twice = objects.flatMap(({ mountPath }, i) => {
    if (mountPath === undefined || mountPath === UNKNOWN) return [];
    if (paths.has(mountPath)) return [duplicate(`${field}[${i}].mountPath`, mountPath)];
    paths.add(mountPath);
    return [];
  });
  return [...missing, ...twice];
}

const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

function probeErrors(probe: Value | undefined, field: string, kind: string): FieldError[] {
  if (!isProperties(probe)) return [];
  const { successThreshold } = probe;
  const strict = kind !== "readinessProbe" && typeof successThreshold === "number" && successThreshold > 1;
  const amounts = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];
  return errors(
    handlerErrors(probe, field),
    strict && invalid(`${field}.successThreshold`, successThreshold, "must be 1"),
    amounts.flatMap((name) => negative(probe[name], `${field}.${name}`) ?? []),
  );
}

function handlerErrors(handler: Properties, field: string): FieldError[] {
  const given = HANDLERS.filter((name) => handler[name] !== undefined);
  const port = object(handler, "httpGet")["port"] ?? object(handler, "tcpSocket")["port"];
  const where = handler["httpGet"] === undefined ? "tcpSocket" : "httpGet";
  return errors(
    given.length === 0 && required(field, "must specify a handler type"),
    given.length > 1 && forbidden(`${field}.${given[1]}`, "may not specify more than 1 handler type"),
    outOfRange(port, `${field}.${where}.port`),
  );
}

function lifecycleErrors(lifecycle: Properties, field: string, { graceSeconds }: PodScope): FieldError[] {
  return ["postStart", "preStop"].flatMap((hook) => {
    const handler = lifecycle[hook];
    if (!isProperties(handler)) return [];
    const seconds = object(handler, "sleep")["seconds"];
    const long = typeof seconds === "number" && (seconds < 0 || seconds > graceSeconds);
    const why = `must be at least 0 and not more than terminationGracePeriodSeconds (${graceSeconds})`;
    return errors(handlerErrors(handler, `${field}.${hook}`), long && invalid(`${field}.${hook}.sleep`, seconds, why));
  });
}

function privilegeErrors(context: Properties, field: string): FieldError[] {
  const privileged = context["privileged"] === true;
  const denied = context["allowPrivilegeEscalation"] === false;
  const added = list(object(context, "capabilities"), "add").includes("CAP_SYS_ADMIN");
  const why = `cannot set \`allowPrivilegeEscalation\` to false and \`${privileged ? "privileged" : "capabilities.Add CAP_SYS_ADMIN"}\``;
  return errors(
    denied && (privileged || added) && invalid(field, { allowPrivilegeEscalation: false }, why),
    negative(context["runAsUser"], `${field}.runAsUser`),
    negative(context["runAsGroup"], `${field}.runAsGroup`),
  );
}

export function negative(value: Value | undefined, field: string): FieldError | undefined {
  const below = typeof value === "number" && value < 0;
  return below ? invalid(field, value, "must be greater than or equal to 0") : undefined;
}

/** The volumes that containers may mount; undefined while some are unknown. */
export function volumeNames(spec: Properties, claims: readonly string[]): ReadonlySet<string> | undefined {
  const names = list(spec, "volumes").map((volume) => (isProperties(volume) ? text(volume, "name") : undefined));
  if (spec["volumes"] === UNKNOWN || names.includes(undefined)) return undefined;
  return new Set([...claims, ...names.filter((name) => name !== undefined)]);
}
