export interface Endpoint {
  readonly endpoint: string;
  readonly region: string;
}

/** What there is to switch, with this stack's own names. */
export type EvacuationFacts =
  | { readonly switches: "none"; readonly regions: readonly string[] }
  | {
      readonly switches: "routing-controls";
      /** By region, the ARN of its routing control. */
      readonly controls: Readonly<Record<string, string>>;
      readonly controlPanelArn: string;
      readonly endpoints: readonly Endpoint[];
      readonly seconds: number;
      readonly entry: string;
    }
  | {
      readonly switches: "inverted-health-checks";
      /** By region, the key of its object. */
      readonly keys: Readonly<Record<string, string>>;
      readonly bucketName: string;
      readonly bucketRegion: string;
      readonly seconds: number;
      readonly entry: string;
    };

/** An endpoint that does not answer must not hold up the next. */
const quick = "--cli-connect-timeout 5 --cli-read-timeout 5";

type Controls = Extract<EvacuationFacts, { readonly switches: "routing-controls" }>;
type Objects = Extract<EvacuationFacts, { readonly switches: "inverted-health-checks" }>;

/**
 * How a region is evacuated by data planes alone, as a page to print: every command stands there whole. It needs the AWS CLI and
 * credentials, and neither Pulumi nor Meridian.
 */
export function evacuationText(facts: EvacuationFacts): string {
  switch (facts.switches) {
    case "none":
      return [
        "# Evacuate a region",
        "",
        "This stack has no switches (input switches). A region is left when its load balancer is unhealthy, or by a change of its",
        "weight, which needs the control plane of Global Accelerator in us-west-2:",
        "",
        ...facts.regions.map((region) => `- ${region}`),
        "",
      ].join("\n");
    case "routing-controls":
      return controlsText(facts);
    case "inverted-health-checks":
      return objectsText(facts);
  }
}

function controlsText({ controls, controlPanelArn, endpoints, seconds, entry }: Controls): string {
  const each = endpoints.map(({ region, endpoint }) => `"${region} ${endpoint}"`).join(" \\\n    ");
  const states = (state: "On" | "Off", regions: readonly string[]): string =>
    `set_states '${JSON.stringify(regions.map((region) => ({ RoutingControlArn: controls[region], RoutingControlState: state })))}'`;
  const regions = Object.keys(controls);
  return [
    "# Evacuate a region",
    "",
    `Players come to ${entry}. Credentials need route53-recovery-cluster:UpdateRoutingControlState and ListRoutingControls. Any one of the`,
    "five endpoints that answers is enough: paste this once, it tries them in turn.",
    "",
    "```sh",
    "try_each() {",
    `  for at in ${each}; do`,
    `    aws route53-recovery-cluster "$@" --region "\${at%% *}" --endpoint-url "\${at#* }" ${quick} && return 0`,
    "  done",
    '  echo "no endpoint took it: try again" >&2; return 1',
    "}",
    'set_states() { try_each update-routing-control-states --update-routing-control-state-entries "$1"; }',
    "```",
    "",
    "## See which regions take traffic",
    "",
    "```sh",
    `try_each list-routing-controls --control-panel-arn ${controlPanelArn}`,
    "```",
    "",
    ...regions.flatMap((region) => [`## Leave ${region}`, "", "```sh", states("Off", [region]), "```", ""]),
    `Within about ${seconds} seconds no resolver that keeps to TTLs sends anyone there; connections that stand go on to their end. The last region`,
    "that is on cannot be turned off: the cluster refuses it.",
    "",
    "## Come back, and arm the switches after they were made",
    "",
    "New switches are off; while all are off, names answer as if there were none. All at once:",
    "",
    "```sh",
    states("On", regions),
    "```",
    "",
  ].join("\n");
}

function objectsText({ keys, bucketName, bucketRegion, seconds, entry }: Objects): string {
  const s3 = (command: string, key = ""): string =>
    `aws s3api ${command} --region ${bucketRegion} --bucket ${bucketName}${key === "" ? "" : ` --key ${key}`}`;
  return [
    "# Evacuate a region",
    "",
    `Players come to ${entry}. Credentials need s3:PutObject, s3:DeleteObject and s3:ListBucket for ${bucketName} in ${bucketRegion}.`,
    "A region is left while its object is there. Never put the objects of all regions: nothing here keeps one on.",
    "",
    "## See which regions are left",
    "",
    "```sh",
    `${s3("list-objects-v2")} --query "Contents[].Key"`,
    "```",
    "",
    ...Object.entries(keys).flatMap(([region, key]) => [
      `## Leave ${region}`,
      "",
      "```sh",
      s3("put-object", key),
      "```",
      "",
      `## Come back to ${region}`,
      "",
      "```sh",
      s3("delete-object", key),
      "```",
      "",
    ]),
    `Within about ${seconds} seconds no resolver that keeps to TTLs sends anyone there; connections that stand go on to their end.`,
    "",
  ].join("\n");
}
