import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

/** Secret outputs. */
export interface RandomCredentials {
  readonly adminPassword: pulumi.Output<string>;
  readonly sessionKey: pulumi.Output<string>;
}

/** The administrator's password, and the key by which lobby and sessions know one another: random, and held in the stack's state. */
export function randomCredentials(name: string, parent: pulumi.ComponentResource): RandomCredentials {
  const admin = new RandomPassword(
    `${name}-admin`,
    { length: 32, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
    { parent },
  );
  const session = new RandomPassword(`${name}-session`, { length: 64, special: false }, { parent });
  return { adminPassword: pulumi.secret(admin.result), sessionKey: pulumi.secret(session.result) };
}
