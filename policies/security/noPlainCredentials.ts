import { isPlainCredential, looksLikeCredential } from "../plainCredentials.ts";
import { onResource, type Report, rule } from "../rule.ts";
import { containersOf } from "./containers.ts";

/** What is longer is no script that a person wrote. */
const longest = 64 * 1024;

const decoded = (text: string | undefined): string =>
  text === undefined ? "" : Buffer.from(text.slice(0, longest), "base64").toString("utf8");

const judgeScript = (script: string, path: string, report: Report): void => {
  if (looksLikeCredential(script.slice(0, longest))) report(`${path} holds a credential in clear`);
};

const clear = (path: string): string => `${path} is a credential in clear`;

export const noPlainCredentials = rule({
  name: "security-no-plain-credentials",
  description: "Settings of functions and containers, start scripts and parameters must hold no credentials.",
  reason:
    "Whoever may look at the thing reads them there, in the console, in a log, in the history of the stack; and they cannot be changed without a deployment. Known by their form, or by a name such as DB_PASSWORD; the value is never shown.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["ECS.8"], nist: ["PR.AA-01", "PR.DS-01"] },
  remediation: [
    "Keep it in Secrets Manager or as a SecureString, and hand over its ARN; tasks take it by secrets.",
    "Change the credential: it has been written down.",
  ],
  check: [
    onResource("aws:lambda/function:Function", ({ environment }, report, { each }) => {
      const variables = environment?.variables ?? {};
      each(Object.keys(variables), (name) => {
        if (isPlainCredential(name, variables[name])) report(clear(`environment.variables.${name}`));
      });
    }),
    onResource("aws:ecs/taskDefinition:TaskDefinition", (task, report) => {
      for (const [container, { environment = [] }] of containersOf(task, task.containerDefinitions).entries())
        for (const [index, { name = "", value }] of environment.entries())
          if (isPlainCredential(name, value))
            report(clear(`containerDefinitions[${container}].environment[${index}].value`));
    }),
    onResource("aws:ec2/launchTemplate:LaunchTemplate", ({ userData }, report) =>
      judgeScript(decoded(userData), "userData", report),
    ),
    onResource(
      ["aws:ec2/instance:Instance", "aws:ec2/launchConfiguration:LaunchConfiguration"],
      ({ userData, userDataBase64 }, report) => {
        judgeScript(userData ?? "", "userData", report);
        judgeScript(decoded(userDataBase64), "userDataBase64", report);
      },
    ),
    onResource("aws:ssm/parameter:Parameter", ({ type, value, name }, report) => {
      if (type === "SecureString" || value === undefined) return;
      if (isPlainCredential(name?.split("/").at(-1) ?? "", value)) report(clear("value"));
    }),
  ],
});
