import { isList, isProperties, object, type Properties, UNKNOWN, type Value } from "../model/values.ts";

/** What an API server fills into an object; a field that is given stays as it is. */
export function filled(given: Value | undefined, defaults: Properties): Value {
  if (given === undefined) return defaults;
  return isProperties(given) ? { ...defaults, ...given } : given;
}

/** The parts of a value that is an object or a list of them, each with its own function; unknown ones stay. */
export function each(value: Value | undefined, change: (item: Properties) => Properties): Value | undefined {
  if (isList(value)) return value.map((item) => (isProperties(item) ? change(item) : item));
  return isProperties(value) ? change(value) : value;
}

/** `properties` with those of `parts` that have a value. */
export function having(properties: Properties, parts: Readonly<Record<string, Value | undefined>>): Properties {
  const known = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...properties, ...Object.fromEntries(known) };
}

/** A pod template with the defaults of the API (k8s.io/kubernetes, pkg/apis/core/v1/defaults.go). */
export function completedTemplate(template: Value | undefined): Value | undefined {
  return each(template, (one) => having(one, { spec: each(one["spec"], completedPodSpec) }));
}

export function completedPodSpec(spec: Properties): Properties {
  const account = spec["serviceAccountName"];
  return having(
    {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      securityContext: {},
      ...(account === undefined ? {} : { serviceAccount: account }),
      ...spec,
    },
    {
      containers: each(spec["containers"], completedContainer),
      initContainers: each(spec["initContainers"], completedContainer),
      volumes: each(spec["volumes"], completedVolume),
    },
  );
}

function completedContainer(container: Properties): Properties {
  return having(
    {
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      imagePullPolicy: pullPolicy(container["image"]),
      resources: {},
      ...container,
    },
    {
      ports: each(container["ports"], (port) => ({ protocol: "TCP", ...port })),
      env: each(container["env"], completedEnv),
      livenessProbe: each(container["livenessProbe"], completedProbe),
      readinessProbe: each(container["readinessProbe"], completedProbe),
      startupProbe: each(container["startupProbe"], completedProbe),
      lifecycle: each(container["lifecycle"], (lifecycle) =>
        having(lifecycle, {
          postStart: each(lifecycle["postStart"], completedHandler),
          preStop: each(lifecycle["preStop"], completedHandler),
        }),
      ),
    },
  );
}

/** An image without a tag, or with `latest`, is pulled always. */
function pullPolicy(image: Value | undefined): Value {
  if (typeof image !== "string") return UNKNOWN;
  const last = image.slice(image.lastIndexOf("/") + 1);
  if (last.includes("@")) return "IfNotPresent";
  const tag = last.split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function completedEnv(env: Properties): Properties {
  const source = env["valueFrom"];
  if (!isProperties(source)) return env;
  const fieldRef = each(source["fieldRef"], (ref) => ({ apiVersion: "v1", ...ref }));
  return { ...env, valueFrom: having(source, { fieldRef }) };
}

function completedProbe(probe: Properties): Properties {
  return completedHandler({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...probe });
}

function completedHandler(handler: Properties): Properties {
  return having(handler, {
    httpGet: each(handler["httpGet"], (get) => ({ path: "/", scheme: "HTTP", ...get })),
    grpc: each(handler["grpc"], (grpc) => ({ service: "", ...grpc })),
  });
}

/** Files of config maps, secrets and their like are readable by all: 0644. */
const FILE_MODE = 0o644;

function completedVolume(volume: Properties): Properties {
  const files = ["configMap", "secret", "downwardAPI", "projected"];
  const name = files.find((kind) => isProperties(volume[kind]));
  if (name !== undefined) return { ...volume, [name]: { defaultMode: FILE_MODE, ...object(volume, name) } };
  return Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume;
}
