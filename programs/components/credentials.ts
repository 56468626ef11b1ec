import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { randomCredentials } from "./randomCredentials.ts";

export interface CredentialsArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
}

/** Days in which a deleted secret can be brought back (Secrets Manager API, DeleteSecret); 0 frees its name at once. */
const recoveryDays = { production: 30, elsewhere: 0 } as const;

/** Random credentials of the stack: the administrator's password, and the key by which lobby and sessions know one another. */
export class Credentials extends pulumi.ComponentResource {
  readonly adminPassword: pulumi.Output<string>;
  readonly sessionKey: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn }: CredentialsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Credentials"), name, {}, place);
    const child = { parent: this };
    const { adminPassword, sessionKey } = randomCredentials(name, this);
    this.adminPassword = adminPassword;
    this.sessionKey = sessionKey;

    const secret = new Secret(
      `${name}-secret`,
      {
        name: context.name("other", "credentials"),
        description: "Administrator's password and session key of the game servers",
        kmsKeyId: keyArn,
        recoveryWindowInDays: context.production ? recoveryDays.production : recoveryDays.elsewhere,
        tags: context.storeTags(`${name}-secret`),
      },
      child,
    );
    const content = pulumi.jsonStringify({ adminPassword: this.adminPassword, sessionKey: this.sessionKey });
    new SecretVersion(`${name}-secret`, { secretId: secret.id, secretString: content }, child);
    this.secretArn = secret.arn;
    this.registerOutputs({ secretArn: this.secretArn });
  }
}
