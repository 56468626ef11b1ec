import { onResource, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";

/** AWS Lambda developer guide, "Lambda runtimes": those that had not reached the day of their deprecation in November 2026. */
const supportedRuntimes = listSetting({
  name: "supportedRuntimes",
  description: "runtimes that functions may use",
  initial: [
    "dotnet10",
    "java11",
    "java17",
    "java21",
    "java25",
    "java8.al2",
    "nodejs22.x",
    "nodejs24.x",
    "provided.al2023",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "ruby3.3",
    "ruby3.4",
  ],
});

export const requireSupportedRuntime = rule({
  name: "security-require-supported-runtime",
  description: "Functions must use a runtime that is still mended.",
  reason:
    "After its end a runtime gets no more fixes, then functions in it cannot be changed: on the day of a hole you cannot deploy.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["Lambda.2"], nist: ["PR.PS-02"] },
  remediation: ["Move the function to the newest runtime of its language, or set supportedRuntimes."],
  settings: [supportedRuntimes],
  check: onResource("aws:lambda/function:Function", ({ runtime }, report, { setting, show }) => {
    // A function from an image brings its runtime along.
    if (runtime && !setting(supportedRuntimes).includes(runtime))
      report(`${show(["runtime"])} is not among those that are supported`);
  }),
});
