import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { type RandomCredentials, randomCredentials } from "./randomCredentials.ts";

/** Random credentials that stand in the stack's state and its cluster, and in no cloud's store of secrets. */
export class GameSecrets extends pulumi.ComponentResource implements RandomCredentials {
  readonly adminPassword: pulumi.Output<string>;
  readonly sessionKey: pulumi.Output<string>;

  constructor(name: string, blueprint: string, place: Pick<ComponentPlace, "parent">) {
    super(componentType(blueprint, "GameSecrets"), name, {}, place);
    const { adminPassword, sessionKey } = randomCredentials(name, this);
    this.adminPassword = adminPassword;
    this.sessionKey = sessionKey;
    this.registerOutputs({});
  }
}
