import { onResource, rule } from "../rule.ts";
import { containersOf } from "./containers.ts";

export const hardenTasks = rule({
  name: "security-harden-tasks",
  description: "Containers of tasks must have a root file system that cannot be written to, and a log.",
  reason:
    "What breaks into a container first writes a file down to run it. What it then says is only seen where there is a log.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ECS.5", "ECS.9"], nist: ["PR.PS-01", "PR.PS-04"] },
  remediation: ["Set readonlyRootFilesystem to true, with volumes for what is written.", "Set logConfiguration."],
  check: onResource("aws:ecs/taskDefinition:TaskDefinition", (task, report) => {
    for (const [index, container] of containersOf(task, task.containerDefinitions).entries()) {
      if (container.readonlyRootFilesystem !== true)
        report(`containerDefinitions[${index}].readonlyRootFilesystem is not true`);
      if (container.logConfiguration === undefined)
        report(`containerDefinitions[${index}].logConfiguration is not set`);
    }
  }),
});
