import type { RequestHandler } from "express";
import type { Caller } from "../base/caller.ts";
import { Problem } from "../base/problem.ts";
import { stateOf } from "./requestState.ts";

export interface Authenticator {
  /**
   * Who holds the key in this Authorization header (`Bearer KEY`, or `token KEY` as the Pulumi CLI writes it).
   *
   * @throws Problem `unauthenticated` when there is none, or it is unknown or revoked.
   */
  authenticate(authorization: string | undefined): Promise<Caller>;
}

/** Puts the caller into the request's state. An operation's engine is turned away: it has nothing to ask of `/v1`. */
export function requireCaller(authenticator: Authenticator): RequestHandler {
  return async (req, res, next) => {
    const caller = await authenticator.authenticate(req.get("authorization"));
    if (caller.operation !== undefined) {
      throw new Problem("forbidden", "The token of an operation reaches its own stack under /api, and nothing else.");
    }
    stateOf(res).caller = caller;
    next();
  };
}

export function callerOf(state: { readonly caller?: Caller }): Caller {
  if (state.caller === undefined) throw new Error("A route ran without authentication before it");
  return state.caller;
}
