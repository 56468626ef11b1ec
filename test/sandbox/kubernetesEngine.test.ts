import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, ensureEngine } from "../../toolchain/index.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

/** A cluster and what runs in it, in one program: at its first preview nobody knows the kubeconfig. */
const PROGRAM = `
import pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
class Any extends pulumi.CustomResource {
  constructor(type, name, args, outputs, opts) {
    super(type, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...args }, opts);
  }
}
const config = new pulumi.Config();
const vpc = new Any("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.0.0.0/16" }, []);
const subnetIds = ["a", "b"].map((zone, i) => new Any("aws:ec2/subnet:Subnet", zone, {
  vpcId: vpc.id, cidrBlock: "10.0." + i + ".0/24", availabilityZone: "eu-west-1" + zone }, []).id);
const trust = { Version: "2012-10-17", Statement: [
  { Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }] };
const role = new Any("aws:iam/role:Role", "cluster", { name: "cluster", assumeRolePolicy: JSON.stringify(trust) }, ["arn"]);
const cluster = new Any("aws:eks/cluster:Cluster", "main", {
  name: "main", roleArn: role.arn, vpcConfig: { subnetIds } }, ["endpoint"]);
const kubeconfig = pulumi.secret(pulumi.jsonStringify({
  apiVersion: "v1", kind: "Config", "current-context": "stack",
  contexts: [{ name: "stack", context: { cluster: "stack", user: "stack" } }],
  clusters: [{ name: "stack", cluster: { server: cluster.endpoint } }],
  users: [{ name: "stack", user: {} }],
}));
const provider = new Provider("main", {
  kubeconfig, enableServerSideApply: true, enableConfigMapMutable: true, enableSecretMutable: true });
const game = new Namespace("game", { metadata: { name: "game" } }, { provider });
const namespace = game.metadata.name;
const labels = { app: "lobby" };
const map = new ConfigMap("settings", { metadata: { namespace }, data: { colour: config.get("colour") ?? "blue" } }, { provider });
new Secret("credentials", { metadata: { name: "credentials", namespace }, stringData: { key: pulumi.secret("hush-" + (config.get("colour") ?? "blue")) } }, { provider });
const lobby = new Deployment("lobby", {
  metadata: { name: "lobby", namespace, labels },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [
    { name: "server", image: config.get("image") ?? "lobby:1", envFrom: [{ configMapRef: { name: map.metadata.name } }] }] } } },
}, { provider });
new HorizontalPodAutoscaler("lobby", {
  metadata: { name: "lobby", namespace },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: lobby.metadata.name }, minReplicas: 2, maxReplicas: 4 },
}, { provider });
const service = new Service("lobby", {
  metadata: { name: "lobby", namespace },
  spec: { type: "NodePort", selector: labels, ports: [{ port: 80, nodePort: Number(config.get("nodePort") ?? 30080) }] },
}, { provider });
export const address = service.spec.clusterIP;
export const replicas = lobby.status.readyReplicas;
export const settings = map.metadata.name;
`;

let engine: Engine;
let sandbox: TestSandbox;
let project: PulumiProject;

beforeAll(async () => {
  engine = await ensureEngine();
  sandbox = await startTestSandbox();
  project = await pulumiProject(engine, {
    "Pulumi.yaml": "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "tiny", "type": "module" }',
    "index.js": PROGRAM,
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = `aws:${sandbox.grpcPort},kubernetes:${sandbox.grpcPort}`;
  await project.pulumi("stack", "init", "dev");
  await project.pulumi("config", "set", "aws:region", "eu-west-1");
});

afterAll(async () => {
  await project.remove();
  await sandbox.end();
});

async function kubernetesCalls(): Promise<readonly string[]> {
  const entries = await sandbox.ledger();
  return entries.filter(({ type }) => type.startsWith("kubernetes:")).map(({ operation }) => operation);
}

// Ten runs of the CLI, on a machine that may be doing other things.
const PATIENCE = { timeout: 240_000 };

test("a cluster and its objects go up from one program, stay, change in place and go", PATIENCE, async () => {
  const preview = await project.pulumi("preview");
  expect(preview.output).toContain("13 to create");
  expect(preview.exitCode).toBe(0);
  expect(await kubernetesCalls()).toEqual([]);

  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect(up.output).toMatch(/address *: "172\.20\./);
  expect(up.output).toMatch(/replicas *: 1/);
  expect(up.output).toMatch(/settings *: "settings-[0-9a-f]{8}"/);
  expect(up.exitCode).toBe(0);

  expect(await project.pulumi("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  const refresh = await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  expect(refresh.output).not.toContain("updated");
  expect(refresh.exitCode).toBe(0);
  expect(await project.pulumi("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  await project.pulumi("config", "set", "colour", "green");
  await project.pulumi("config", "set", "image", "lobby:2");
  const changed = await project.pulumi("up", "--yes", "--skip-preview");
  expect(changed).toMatchObject({ exitCode: 0, output: expect.stringContaining("3 updated") });
  expect(changed.output).not.toContain("replaced");
  const state = await project.pulumi("stack", "export");
  expect(state.output).not.toContain("hush");
  expect(state.output).not.toContain(Buffer.from("hush-green").toString("base64"));

  await project.pulumi("config", "set", "nodePort", "80");
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain('Invalid: Service "lobby" is invalid: spec.ports[0].nodePort: Invalid value: 80');

  expect(await project.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  const { body } = await sandbox.control("GET", "/resources");
  expect(body).toMatchObject({ items: [] });
});
