import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { kubeconfigOf } from "./ownCluster.ts";

const blueprint = catalog.blueprints.hybrid;
const host = "kubernetes.example.com:6443";
const folder = `/etc/meridian/clusters/${host}/`;
const eks = "https://0A1B.gr7.eu-west-1.eks.amazonaws.com";
const pem = (...kinds: string[]) =>
  Buffer.from(kinds.map((kind) => `-----BEGIN ${kind}-----\nTQ==\n-----END ${kind}-----\n`).join("")).toString(
    "base64",
  );

function problemsOf(inputs: unknown) {
  const checked = checkInputs(blueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

type Parts = Readonly<Record<string, unknown>>;

/** The smallest kubeconfig, with this user and these changes of its cluster. */
function config(user: Parts, cluster: Parts = {}, top: Parts = {}) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "own",
    clusters: [{ name: "own", cluster: { server: `https://${host}`, ...cluster } }],
    contexts: [{ name: "own", context: { cluster: "own", user: "meridian" } }],
    users: [{ name: "meridian", user }],
    ...top,
  };
}

const plugin = (command: string, more: Parts = {}) => ({
  exec: { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", command, ...more },
});
const byFile = { tokenFile: `${folder}token` };
const kubeconfig = config(byFile);

describe("a kubeconfig", () => {
  it.each<[string, unknown]>([
    ["with a token's file in the cluster's folder", config(byFile)],
    [
      "with a certificate and its key there",
      config({ "client-certificate": `${folder}a.crt`, "client-key": `${folder}a.key` }),
    ],
    ["with a program there", config(plugin(`${folder}token`))],
    ["with the plugin of EKS for a cluster of EKS", kubeconfigOf(eks, pem("CERTIFICATE"))],
    [
      "as aws eks update-kubeconfig orders its arguments",
      config(
        plugin("aws", {
          args: ["--region", "eu-west-1", "eks", "get-token", "--cluster-name", "own", "--output", "json"],
          env: null,
        }),
        { server: eks },
      ),
    ],
  ])("%s is taken, as an object and as text", (_, kubeconfig) => {
    expect(problemsOf({ kubeconfig })).toEqual([]);
    expect(problemsOf({ kubeconfig: stringify(kubeconfig) })).toEqual([]);
    expect(problemsOf({ kubeconfig: JSON.stringify(kubeconfig) })).toEqual([]);
  });

  it.each(["token", "password", "username", "client-key-data", "client-certificate-data", "auth-provider"])(
    "that holds a credential as %s is refused there, with what to do, and the credential is not repeated",
    (field) => {
      const kubeconfig = config({ ...byFile, [field]: "s3cr3t-value" });
      for (const given of [kubeconfig, stringify(kubeconfig)]) {
        const problems = problemsOf({ kubeconfig: given });
        expect(problems).toEqual([
          {
            pointer: `/kubeconfig/users/0/user/${field}`,
            message: expect.stringMatching(/kept in the open.*exec.*credential plugin.*file on the runner host/),
          },
        ]);
        expect(JSON.stringify(problems)).not.toContain("s3cr3t");
      }
    },
  );

  it("that is no YAML is refused by its line, and nothing of it is repeated", () => {
    const problems = problemsOf({ kubeconfig: 'users:\n- token: "s3cr3t-value' });
    expect(problems).toEqual([{ pointer: "/kubeconfig", message: expect.stringContaining("line 2") }]);
    expect(JSON.stringify(problems)).not.toContain("s3cr3t");
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      "a server without TLS",
      config(byFile, { server: "http://kubernetes.example.com" }),
      "clusters/0/cluster/server",
      /https:/,
    ],
    [
      "a server with a password",
      config(byFile, { server: "https://a:b@k.example.com" }),
      "clusters/0/cluster/server",
      /nothing else/,
    ],
    [
      "no verification",
      config(byFile, { "insecure-skip-tls-verify": true }),
      "clusters/0/cluster/insecure-skip-tls-verify",
      /take it out/,
    ],
    ["a proxy", config(byFile, { "proxy-url": "https://p" }), "clusters/0/cluster/proxy-url", /take it out/],
    [
      "an authority by file",
      config(byFile, { "certificate-authority": "/a" }),
      "clusters/0/cluster/certificate-authority",
      /--flatten/,
    ],
    [
      "a private key among the authorities",
      config(byFile, { "certificate-authority-data": pem("CERTIFICATE", "PRIVATE KEY") }),
      "clusters/0/cluster/certificate-authority-data",
      /no private key/,
    ],
    [
      "a context there is not",
      config(byFile, {}, { "current-context": "other" }),
      "current-context",
      /there is none of this name/,
    ],
    [
      "a context of a cluster there is not",
      config(byFile, {}, { contexts: [{ name: "own", context: { cluster: "x", user: "meridian" } }] }),
      "contexts/0/context/cluster",
      /there is none/,
    ],
    ["no context", config(byFile, {}, { contexts: [] }), "contexts", /--minify/],
    ["something it does not need", config({ ...byFile, as: "root" }), "users/0/user/as", /take it out/],
    [
      "a file outside the cluster's folder",
      config({ tokenFile: "/etc/shadow" }),
      "users/0/user/tokenFile",
      /\/etc\/meridian\/clusters\/kubernetes\.example\.com:6443\//,
    ],
    [
      "a file that climbs out of it",
      config({ tokenFile: `${folder}../other/token` }),
      "users/0/user/tokenFile",
      /only those/,
    ],
    [
      "another cluster's file",
      config({ tokenFile: "/etc/meridian/clusters/other.example.com/token" }),
      "users/0/user/tokenFile",
      /only those are sent/,
    ],
    [
      "a command of the host",
      config(plugin("sh", { args: ["-c", "id"] })),
      "users/0/user/exec/command",
      /no other command is run/,
    ],
    [
      "arguments for its program",
      config(plugin(`${folder}token`, { args: ["x"] })),
      "users/0/user/exec/args",
      /take them out/,
    ],
    [
      "variables for its program",
      config(plugin(`${folder}token`, { env: [{ name: "A", value: "b" }] })),
      "users/0/user/exec/env",
      /take it out/,
    ],
    [
      "a token of EKS for another server",
      config(plugin("aws", { args: ["eks", "get-token", "--cluster-name", "own"] })),
      "users/0/user/exec/command",
      /only with the endpoint of an EKS cluster/,
    ],
    [
      "another use of aws",
      config(plugin("aws", { args: ["s3", "rm", "x"] }), { server: eks }),
      "users/0/user/exec/args",
      /nothing else/,
    ],
    [
      "an endpoint for aws",
      config(plugin("aws", { args: ["eks", "get-token", "--cluster-name", "own", "--endpoint-url", "https://x"] }), {
        server: eks,
      }),
      "users/0/user/exec/args",
      /nothing else/,
    ],
    ["no credential at all", config({}), "users/0/user", /one way/],
    ["two ways", config({ ...byFile, ...plugin(`${folder}x`) }), "users/0/user", /one way/],
    ["half a pair", config({ "client-key": `${folder}a.key` }), "users/0/user", /together/],
  ])("with %s is refused", (_, kubeconfig, pointer, message) => {
    const problems = problemsOf({ kubeconfig });
    expect(problems.map((problem) => problem.pointer)).toEqual([`/kubeconfig/${pointer}`]);
    expect(problems[0]?.message).toMatch(message);
  });

  it("with aliases is refused, few or many: they can grow without bound", () => {
    const one = stringify(kubeconfig)
      .replace("current-context: own", "current-context: &own own")
      .replace("name: own", "name: *own");
    const lines = ["a: &a0 [x, x]", ...Array.from({ length: 30 }, (_, n) => `b${n}: &a${n + 1} [*a${n}, *a${n}]`)];
    for (const text of [one, lines.join("\n")]) {
      expect(problemsOf({ kubeconfig: text })).toEqual([
        { pointer: "/kubeconfig", message: expect.stringContaining("without aliases") },
      ]);
    }
  });

  it("of any shape is refused or taken, and never crashes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue(), fc.object()), (kubeconfig) => {
        expect(problemsOf({ kubeconfig }).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the inputs of hybrid", () => {
  it("are a kubeconfig; the rest is closed", () => {
    expect(checkInputs(blueprint, { kubeconfig })).toMatchObject({
      ok: true,
      inputs: { exposure: "nodePorts", nodeCidrs: [], playerCidrs: [], namespace: "game" },
    });
    expect(problemsOf({})).toMatchObject([{ pointer: "/kubeconfig" }]);
  });

  it.each<[string, Parts, string, RegExp]>([
    [
      "load balancers open to nobody in particular",
      { exposure: "loadBalancers", nodeCidrs: ["10.0.0.0/16"] },
      "/playerCidrs",
      /open to the world/,
    ],
    ["load balancers without nodes", { exposure: "loadBalancers", playerCidrs: ["0.0.0.0/0"] }, "/nodeCidrs", /nodes/],
    ["players by node ports", { playerCidrs: ["203.0.113.0/24"] }, "/playerCidrs", /node ports do not tell/],
    [
      "node ports of load balancers",
      { exposure: "loadBalancers", playerCidrs: ["0.0.0.0/0"], nodeCidrs: ["10.0.0.0/16"], firstNodePort: 30100 },
      "/firstNodePort",
      /leave it out/,
    ],
    ["node ports beyond the last", { firstNodePort: 32760 }, "/firstNodePort", /at most 32753/],
    ["nodes everywhere", { nodeCidrs: ["0.0.0.0/0"] }, "/nodeCidrs/0", /\/8 or longer/],
    [
      "a store by name alone",
      { sessionStore: { host: "s.example.com", port: 6379 } },
      "/sessionStore/cidr",
      /knows no names/,
    ],
    [
      "a store's address twice",
      { sessionStore: { host: "10.1.2.3", port: 6379, cidr: "10.1.2.3/32" } },
      "/sessionStore/cidr",
      /leave it out/,
    ],
    ["two ways to split", { activeColour: "blue", greenPercent: 5 }, "/activeColour", /greenPercent 5/],
    ["the cluster's own namespace", { namespace: "kube-system" }, "/namespace", /none of the cluster's own/],
    ["the namespace of everybody", { namespace: "default" }, "/namespace", /none of the cluster's own/],
    ["one port for two", { ports: { lobby: 8080 } }, "/ports/api", /other than the lobby's/],
    [
      "the API's port for a platform",
      { platforms: { pc: { port: 8080, protocol: "tcp" } } },
      "/platforms",
      /other than 8080/,
    ],
    ["platforms apart on one port", { crossPlay: false }, "/crossPlay", /two of them meet udp 7777/],
    [
      "an image that nothing runs",
      Object.fromEntries(
        ["image", "blueImage", "greenImage", "relayImage"].map((name) => [name, `example.com/${name.toLowerCase()}:1`]),
      ),
      "/image",
      /leave it out/,
    ],
  ])("refuse %s", (_, inputs, pointer, message) => {
    const problems = problemsOf({ kubeconfig, ...inputs });
    expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(problems[0]?.message).toMatch(message);
  });
});
