import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Process entry: loads the policy pack's server (the module given), asks it once of each thing an engine asks, and prints the files
 * that were loaded on the way, as a JSON list of absolute paths and texts, with types erased. What is loaded only when it is needed is
 * among them.
 */
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) loaded.add(fileURLToPath(url));
    return next(url, context);
  },
});

const { serveAnalyzer } = (await import(pathToFileURL(process.argv[2] ?? "").href)) as {
  readonly serveAnalyzer: () => Promise<number>;
}; // policies/analyzer.ts
const { default: grpc } = await import("@grpc/grpc-js");
const { default: services } = await import("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const { default: messages } = await import("@pulumi/pulumi/proto/analyzer_pb.js");
const { default: empty } = await import("google-protobuf/google/protobuf/empty_pb.js");

const client = new services.AnalyzerClient(`127.0.0.1:${await serveAnalyzer()}`, grpc.credentials.createInsecure());
const asked = (ask: (done: (error: Error | null) => void) => unknown): Promise<void> =>
  new Promise((resolve, reject) => void ask((error) => (error === null ? resolve() : reject(error))));
await asked((done) => client.getAnalyzerInfo(new empty.Empty(), done));
await asked((done) => client.configureStack(new messages.AnalyzerStackConfigureRequest(), done));
await asked((done) => client.analyze(new messages.AnalyzeRequest(), done));
await asked((done) => client.analyzeStack(new messages.AnalyzeStackRequest(), done));
const textOf = (file: string): string => {
  const text = readFileSync(file, "utf8");
  return file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
};
const files = [...loaded].map((file) => ({ file, text: textOf(file) }));
process.stdout.write(JSON.stringify(files), () => process.exit(0));
