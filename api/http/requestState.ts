import type { Response } from "express";
import type { Caller } from "../base/caller.ts";

/** What the stages of one request tell each other; kept in Express' `res.locals`, typed here and nowhere else. */
export interface RequestState {
  requestId: string;
  /** Set by authentication. */
  caller?: Caller;
  /** The declared path (`/v1/targets/{name}`), which metrics and logs use: it has no names in it, so few values. */
  route?: string;
}

export function stateOf(res: Response): RequestState {
  return res.locals as RequestState; // Express types locals as an open record; this file is the only writer of its shape
}
