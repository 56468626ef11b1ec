import { createRequire } from "node:module";
import path from "node:path";
import { type Analyzer, type AnalyzerMethod, servedCrossGuard } from "./crossGuardMessages.ts";
import { MOST_FINDINGS } from "./packMessages.ts";
import { createRuleTrace } from "./ruleTrace.ts";
import { openPackChannel } from "./servePack.ts";

/**
 * Process entry of a CrossGuard pack of a team's own: arguments are the pack's folder and the file for its trace. The pack is served by its own
 * `@pulumi/policy`, whose handlers of the engine's analyzer protocol are called here instead of over a port: nobody else can, it works
 * without a network, and costs a fifth.
 */
const [folder = "", trace = ""] = process.argv.slice(2);
const requirePack = createRequire(path.join(folder, "package.json"));
const requirePolicy = createRequire(requirePack.resolve("@pulumi/policy/package.json"));
const serveChannel = openPackChannel();

// Needed for serialized functions only, which packs have none of; and the inspector that it opens could undo the permissions.
const hooks = requirePack.resolve("@pulumi/pulumi/runtime/closure/v8Hooks.js");
requirePack.cache[hooks] = { id: hooks, exports: { isInitializedAsync: async () => undefined } } as NodeJS.Module; // all that is asked of it

// biome-ignore lint/suspicious/noExplicitAny: of whatever the pack's own version of the SDK gives
type Validation = (...given: any[]) => unknown;
interface Policy {
  readonly name: string;
  readonly validateResource?: Validation | readonly Validation[];
  readonly validateStack?: Validation;
}
type Serve = (name: string, version: string, level: string, args: { readonly policies?: readonly Policy[] }) => void;

const rules = createRuleTrace(trace);
const levels: readonly unknown[] = [undefined, "advisory", "mandatory", "remediate", "disabled"];

/** The SDK would not answer at all to a level that it does not know, and keeps what is reported without end until there is no memory. */
function checked(report: Validation): Validation {
  let reports = 0;
  return (message, ...more) => {
    reports += 1;
    if (reports > MOST_FINDINGS)
      throw new RangeError(`more than ${MOST_FINDINGS} violations are reported of one thing`);
    const level: unknown = Object(message).enforcementLevel;
    if (!levels.includes(level)) throw new TypeError(`${JSON.stringify(level)} is no level of enforcement`);
    return report(message, ...more);
  };
}

function traced({ validateResource, validateStack, ...policy }: Policy): Policy {
  const wrap = (validation: Validation): Validation =>
    // What the SDK knows of a function (the type it is for) stands on the function.
    Object.assign(
      (args: unknown, report: Validation) => rules.within(policy.name, () => validation(args, checked(report))),
      validation,
    );
  return {
    ...policy,
    ...(validateResource && {
      validateResource: typeof validateResource === "function" ? wrap(validateResource) : validateResource.map(wrap),
    }),
    ...(validateStack && { validateStack: wrap(validateStack) }),
  };
}

// Each rule runs under its name, so that one that hangs can be named.
const server: { serve: Serve } = requirePolicy("./server.js");
const { serve } = server;
server.serve = (name, version, level, { policies = [], ...args }, ...rest) =>
  serve(name, version, level, { ...args, policies: policies.map(traced) }, ...rest);

const { Server }: { Server: { prototype: Record<string, unknown> } } = requirePolicy("@grpc/grpc-js");
let analyzer: Analyzer | undefined;
Server.prototype["addService"] = (
  definition: Readonly<Record<string, Pick<AnalyzerMethod, "responseSerialize">>>,
  handlers: Readonly<Record<string, AnalyzerMethod["handle"]>>,
) => {
  analyzer = (method) => {
    const [how, handle] = [definition[method], handlers[method]];
    return how && handle && { ...how, handle };
  };
};
Server.prototype["bindAsync"] = () => {
  if (analyzer !== undefined) serveChannel(servedCrossGuard(analyzer));
};

// The pack's log messages go to the engine that started it; this one is started by nobody's engine.
const NO_ENGINE = "127.0.0.1:1";
process.argv.splice(2, process.argv.length, NO_ENGINE, folder);
requirePack("@pulumi/pulumi/cmd/run-policy-pack/index.js");
