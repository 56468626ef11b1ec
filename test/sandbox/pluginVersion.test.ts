import { readFileSync } from "node:fs";
import { credentials } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { expect, test } from "vitest";
import { Empty } from "../../sandbox/protocol/wire.ts";
import { startTestSandbox } from "./testSandbox.ts";

function majorOf(version: string): number {
  return Number(/^(\d+)\.\d+\.\d+$/.exec(version)?.[1]);
}

function sdkVersion(name: string): string {
  return JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}

test("the plugin's version is above that of every SDK it serves, so that the engine warns of none", async () => {
  const sandbox = await startTestSandbox();
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${sandbox.grpcPort}`, credentials.createInsecure());
  try {
    const info = await new Promise<PluginInfo>((resolve, reject) => {
      client.getPluginInfo(new Empty(), (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
    for (const sdk of ["@pulumi/aws", "@pulumi/kubernetes", "@pulumi/random"]) {
      expect(majorOf(info.getVersion()), sdk).toBeGreaterThan(majorOf(sdkVersion(sdk)));
    }
  } finally {
    client.close();
    await sandbox.end();
  }
});
