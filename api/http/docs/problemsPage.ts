import { type ProblemCode, problemCodes } from "../../base/problem.ts";
import { problemsOf } from "../openApi.ts";
import type { Route } from "../route.ts";
import { type Html, html } from "./html.ts";
import { page } from "./page.ts";

/** Every problem code with what can answer with it; the `type` of a problem document leads here. */
export function problemsPage(routes: readonly Route[]): string {
  const codes = Object.keys(problemCodes) as ProblemCode[]; // keys of a const object
  return page({
    title: "Problems",
    navigation: html`<h2>Problems</h2><ul>${codes.map((code) => html`<li><a href="#${code}">${code}</a></li>`)}</ul>`,
    main: html`<h1>Problems</h1>
<p>Every error is a problem document (RFC 9457). Act on its <code>code</code>; <code>detail</code> says what is wrong this time and what to do; <code>errors</code> has every fault of the request. <a href="/docs">All routes</a>.</p>
${codes.map((code) => problemHtml(code, routes))}`,
  });
}

function problemHtml(code: ProblemCode, routes: readonly Route[]): Html {
  const { status, title } = problemCodes[code];
  const from = routes.filter(({ declaration }) => problemsOf(declaration).includes(code));
  return html`<section id="${code}"><h3><code>${code}</code> <small>${status}</small></h3><p>${title}.</p><p>${origin(from, routes)}</p></section>`;
}

function origin(from: readonly Route[], routes: readonly Route[]): Html {
  if (from.length === routes.length) return html`Any route.`;
  if (from.length === 0)
    return html`Pulumi's protocol under <code>/api</code>, paths that are not routes, or an operation's <code>error</code>.`;
  return html`${from.map(({ declaration: { method, path } }) => html`<code>${method.toUpperCase()} ${path}</code> `)}`;
}
