import { onResource, rule } from "../rule.ts";
import { containersOf } from "./containers.ts";

/** Who a container runs as where nobody says: root. */
const isRoot = (user: string | undefined): boolean =>
  user === undefined || ["", "0", "root"].includes(user.split(":")[0] ?? "");

export const noPrivilegedTask = rule({
  name: "security-no-privileged-task",
  description: "Tasks must not share the machine's processes, be privileged, or be root in the machine's network.",
  reason: "Such a container is the machine: whoever breaks into it has every other task on it, and the machine's role.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ECS.1", "ECS.3", "ECS.4"], nist: ["PR.PS-01"] },
  remediation: ['Leave out privileged and pidMode "host"; use networkMode "awsvpc", and a user that is not root.'],
  check: onResource("aws:ecs/taskDefinition:TaskDefinition", (task, report) => {
    if (task.pidMode === "host") report("pidMode shares the processes of the machine");
    for (const [index, { privileged, user }] of containersOf(task, task.containerDefinitions).entries()) {
      if (privileged === true) report(`containerDefinitions[${index}] is privileged`);
      else if (task.networkMode === "host" && isRoot(user))
        report(`containerDefinitions[${index}] is root in the network of the machine`);
    }
  }),
});
