import { once } from "node:events";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import express, { type Request, type Response } from "express";
import { z } from "zod";
import { measuredInputs } from "../program/measuredInputs.ts";
import { declareNetworks } from "../program/networks.ts";

/**
 * Process entry of the baselines: `server.ts <region> <policy pack>`. A stack for a name, made, changed and removed in the
 * handlers themselves, as Pulumi's example "Automation API over HTTP" does it: the naive way to the same thing. With
 * `?preview=1` it previews first, for that the pack judges before anything is made; then it is as safe as the service.
 *
 * The environment chooses the backend, the passphrase and the providers.
 */
const [region = "", policyPack = ""] = process.argv.slice(2);
const PROJECT = "baseline";

const app = express();
app.use(express.json());
app.post(
  "/sites",
  answer(async (req) => build(await LocalWorkspace.createStack(programOf(req)), req)),
);
app.put(
  "/sites/:name",
  answer(async (req) => build(await LocalWorkspace.selectStack(programOf(req)), req)),
);
app.delete(
  "/sites/:name",
  answer(async (req) => {
    const { name } = named.parse(req.params);
    const stack = await LocalWorkspace.selectStack({
      projectName: PROJECT,
      stackName: name,
      program: async () => ({}),
    });
    await stack.destroy();
    await stack.workspace.removeStack(name);
    return {};
  }),
);

const named = z.object({ name: z.string() });
const asked = measuredInputs.extend({ name: z.string() });

function programOf(req: Request) {
  const { name, ...inputs } = asked.parse({ ...req.body, ...req.params });
  // The backend keeps no tags that name an environment, and without one rules judge as in production.
  const stack = { ...inputs, region, environment: "production", stackSet: name };
  return { projectName: PROJECT, stackName: name, program: async () => declareNetworks(stack) };
}

async function build(stack: Stack, req: Request): Promise<unknown> {
  await stack.setConfig("aws:region", { value: region });
  if (req.query["preview"] === "1") await stack.preview({ policyPacks: [policyPack] });
  const { outputs, summary } = await stack.up({ policyPacks: [policyPack] });
  return { outputs: Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])), summary };
}

function answer(handle: (req: Request) => Promise<unknown>) {
  return async (req: Request, res: Response): Promise<void> => {
    try {
      res.json(await handle(req));
    } catch (error) {
      res.status(500).json({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}

const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
process.send?.({ type: "listening", port: typeof address === "object" ? address?.port : undefined });
process.on("SIGINT", () => undefined); // Ctrl-C is for the benchmark to pass on
process.once("disconnect", () => process.exit());
