import { expect, test } from "vitest";
import { setUpLaptop } from "../support/pulumiCli.ts";
import { keys, startTestBackend } from "../support/testBackend.ts";
import { startTestProvider } from "../support/testProvider.ts";
import { THREE_THINGS } from "./journeys/stackJourney.ts";
import { findOldCli, OLD_VERSION } from "./support/oldCli.ts";

const binary = await findOldCli();
const title = `the CLI ${OLD_VERSION} logs in, configures, previews, updates, refreshes, exports, imports, destroys and removes`;
const reason = `SKIPPED, it is not in the cache: MERIDIAN_TEST_OLD_CLI=1 builds it in some four minutes`;

test.skipIf(binary === undefined).each([
  { way: "as it comes", env: {} },
  { way: "with checkpoints only", env: { PULUMI_DISABLE_JOURNALING: "true" } },
])(`${title}, $way${binary === undefined ? ` (${reason})` : ""}`, { timeout: 240_000 }, async ({ env }) => {
  const backend = await startTestBackend();
  const provider = await startTestProvider();
  const laptop = await setUpLaptop({
    url: backend.url,
    key: keys.operator,
    providerPort: provider.port,
    ...(binary !== undefined && { binary }),
  });
  const ok = async (command: string) => {
    const result = await laptop.run(command.split(" "), env);
    expect(`pulumi ${command}\n${result.output}\nexit ${result.code}`).toContain("exit 0");
    return result.stdout;
  };
  try {
    await laptop.program(THREE_THINGS);
    expect((await ok("version")).trim()).toBe(`v${OLD_VERSION}`);
    await ok("login");
    await ok("stack init dev");
    await ok("config set plain value");
    await ok("config set --secret hidden hush-hush");
    expect((await ok("config get hidden")).trim()).toBe("hush-hush");
    await ok("preview");
    await ok("up --yes");
    expect(JSON.parse(await ok("stack output --json --show-secrets"))).toEqual({ name: "game", token: "hush" });
    await ok("refresh --yes");
    await ok("stack export --file state.json");
    await ok("stack import --file state.json");
    await ok("preview --expect-no-changes");
    await ok("stack rename renamed");
    await ok("preview --expect-no-changes");
    await ok("destroy --yes");
    await ok("stack rm --yes");
    expect(JSON.parse(await ok("stack ls --json"))).toEqual([]);
    const count = (method: string) => provider.calls.filter((call) => call.method === method).length;
    expect([count("create"), count("delete")]).toEqual([3, 3]);
  } finally {
    await laptop.close();
    provider.stop();
    await backend.close();
  }
});
