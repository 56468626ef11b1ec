import { once } from "node:events";
import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation/index.js";
import express, { type Request, type Response } from "express";
import { z } from "zod";
import { timed } from "../measure/timed.ts";
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
app.get(
  "/sites/:name",
  answer(async (req) => ({ outputs: valuesOf(await (await selected(req)).outputs()) })),
);
app.delete(
  "/sites/:name",
  answer(async (req) => {
    const stack = await selected(req);
    const engineMs = await timed(() => stack.destroy());
    await stack.workspace.removeStack(stack.name);
    return { engineMs };
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

/** The stack itself, where its program does not matter. */
function selected(req: Request): Promise<Stack> {
  const { name } = named.parse(req.params);
  return LocalWorkspace.selectStack({ projectName: PROJECT, stackName: name, program: async () => ({}) });
}

const valuesOf = (outputs: OutputMap) =>
  Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));

async function build(stack: Stack, req: Request): Promise<unknown> {
  await stack.setConfig("aws:region", { value: region });
  if (req.query["preview"] === "1") await stack.preview({ policyPacks: [policyPack] });
  let outputs: OutputMap = {};
  const engineMs = await timed(async () => {
    ({ outputs } = await stack.up({ policyPacks: [policyPack] }));
  });
  return { outputs: valuesOf(outputs), engineMs };
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
