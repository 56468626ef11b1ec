import { isNoCredential, looksLikeCredential } from "../plainCredentials.ts";
import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onContainers } from "./pods.ts";

/** Names that say that a secret stands there. `TOKEN_LIFETIME` and `PASSWORD_FILE` do not. */
const secretName = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i;

export const noSecretsInEnvironment = rule({
  name: "kubernetes-no-secrets-in-environment",
  description: "Environment variables of containers must take secrets from a Secret, and not spell them out.",
  reason:
    "The object of a workload is read by everyone who may look at it, is kept in its old versions, and is printed by every tool that describes a pod.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.AA-01", "PR.DS-01"] },
  remediation: [
    "Put the value into a Secret, and name it by valueFrom.secretKeyRef, or mount it as a file.",
    "Change the value: it has been written down.",
  ],
  check: onContainers(({ env }, path, _, report, { each }) => {
    each(env, ({ name, value }, index) => {
      if (value === undefined || value === "") return;
      if (looksLikeCredential(value) || (secretName.test(name) && !isNoCredential(value)))
        report(`${pathText([...path, "env", index])} spells out a secret`);
    });
  }),
});
