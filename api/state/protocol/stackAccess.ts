import { type Caller, mayReach, type Permission, requirePermission } from "../../base/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import { fullName, type StackName, type StackRecord } from "../stacks/stackRecord.ts";
import { findStackByName } from "../stacks/stackStore.ts";
import type { ProtocolRequest } from "./protocolRoute.ts";

/** Makes a caller of an Authorization header. @throws Problem `unauthenticated` */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

export interface StackAccess {
  caller(request: ProtocolRequest): Promise<Caller>;
  /** @throws Problem `not-found` for a stack that is not there or not the caller's to see, `forbidden` for a role too low */
  stack(request: ProtocolRequest, permission: Permission): Promise<{ caller: Caller; stack: StackRecord }>;
}

export function createStackAccess(db: Database, authenticate: Authenticate): StackAccess {
  async function identify({ authorization, trail }: ProtocolRequest): Promise<Caller> {
    const caller = await authenticate(authorization);
    trail.caller = caller;
    return caller;
  }

  return {
    caller: identify,
    async stack(request, permission) {
      const caller = await identify(request);
      const name = nameIn(request);
      const stack = mayReach(caller, name) ? await findStackByName(db, name) : undefined;
      const reached = caller.operation === undefined || caller.operation.stackId === stack?.id;
      if (stack === undefined || !reached) throw new Problem("not-found", `There is no stack ${fullName(name)}.`);
      requirePermission(caller, permission);
      return { caller, stack };
    },
  };
}

export function nameIn({ params }: ProtocolRequest): StackName {
  return { team: param(params, "team"), project: param(params, "project"), name: param(params, "stack") };
}

export function param(params: ProtocolRequest["params"], name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}
