import express, { type ErrorRequestHandler, type RequestHandler, Router } from "express";
import { isProblem, Problem } from "../base/problem.ts";
import { jsonBody } from "../http/jsonBody.ts";
import { parse } from "../http/parse.ts";
import { ACCESS_TOKEN, exchangeBody, readExchange } from "./exchangeRequest.ts";
import type { ExchangeToken } from "./tokenExchange.ts";

/** Where a token is exchanged under the service's own name, and where a stock Pulumi CLI does it. */
export const EXCHANGE_PATH = "/v1/tokens/exchange";
const PULUMI_PATH = "/api/oauth/token";

const FORM = "application/x-www-form-urlencoded";
const LIMIT = "64kb";

/** Both ways to a token for a pipeline. Neither asks for a key: the token of the issuer is what is shown. */
export function exchangeRouter(exchange: ExchangeToken, limitRefused: RequestHandler): Router {
  const form = express.urlencoded({ extended: false, limit: LIMIT, type: FORM });
  const body: RequestHandler = (req, res, next) => (req.is(FORM) ? form : jsonBody)(req, res, next);
  const answer: RequestHandler = async (req, res) => {
    const { token, expiresIn } = await exchange(readExchange(parse(exchangeBody, req.body)));
    // RFC 6749, section 5.1: a token must be kept nowhere on its way.
    res.set({ "cache-control": "no-store", pragma: "no-cache" }).json({
      access_token: token,
      issued_token_type: ACCESS_TOKEN,
      token_type: "Bearer",
      expires_in: expiresIn,
      scope: "",
    });
  };
  return Router()
    .post([EXCHANGE_PATH, PULUMI_PATH], limitRefused, body, answer)
    .use([EXCHANGE_PATH, PULUMI_PATH], describeForOauth);
}

/** The problem document that follows has besides what RFC 6749 (section 5.2) has a client read. */
const describeForOauth: ErrorRequestHandler = (error: unknown, _req, _res, next) => {
  if (!isProblem(error)) return next(error);
  const facts = { error: "invalid_request", ...error.facts, error_description: error.message };
  next(new Problem(error.code, error.message, { cause: error, facts, ...(error.errors && { errors: error.errors }) }));
};
