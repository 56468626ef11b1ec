import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { engineEnvironment, ensureEngine } from "../../../toolchain/index.ts";
import { keys, startTestBackend } from "../support/testBackend.ts";
import { startTestProvider } from "../support/testProvider.ts";
import { ensurePythonSdk } from "./support/pythonSdk.ts";

const run = promisify(execFile);
const sdk = await ensurePythonSdk();
const title = "Python's Automation API makes, changes, reads, destroys and removes a stack by an inline program";

test.skipIf("missing" in sdk)(
  "missing" in sdk ? `${title} (SKIPPED, its SDK cannot be had: ${sdk.missing})` : title,
  { timeout: 240_000 },
  async () => {
    if ("missing" in sdk) return;
    const home = await mkdtemp(path.join(tmpdir(), "meridian-python-"));
    const backend = await startTestBackend();
    const provider = await startTestProvider();
    try {
      const script = path.join(import.meta.dirname, "support", "automation.py");
      const { stdout } = await run(sdk.python, [script, path.join(home, ".pulumi"), "studio/game/py"], {
        cwd: home,
        env: {
          ...engineEnvironment(await ensureEngine(), { home: path.join(home, ".pulumi") }),
          HOME: home,
          PULUMI_BACKEND_URL: backend.url,
          PULUMI_ACCESS_TOKEN: keys.operator,
          PULUMI_DEBUG_PROVIDERS: `test:${provider.port}`,
        },
      });
      expect(JSON.parse(stdout)).toEqual({
        preview: { create: 2 },
        up: { result: "succeeded", version: 1, changes: { create: 2 } },
        outputs: { size: [3, false], token: ["hush", true] },
        refresh: "succeeded",
        exported: 3,
        again: { same: 2 },
        history: [
          ["import", "succeeded"],
          ["refresh", "succeeded"],
          ["update", "succeeded"],
        ],
        config: { "game:size": ["3", false], "game:token": ["hush", true] },
        whoami: "operator-studio",
        destroy: "succeeded",
        left: [],
      });
    } finally {
      provider.stop();
      await backend.close();
      await rm(home, { recursive: true, force: true });
    }
  },
);
