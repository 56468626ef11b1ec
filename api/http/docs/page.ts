import { type Html, html } from "./html.ts";

export interface PageContent {
  readonly title: string;
  readonly navigation: Html;
  readonly main: Html;
}

/** A whole page: no script, one style sheet of ours, nothing from elsewhere. */
export function page({ title, navigation, main }: PageContent): string {
  const { html: text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/docs/docs.css"></head>
<body><nav>${navigation}</nav><main>${main}</main></body></html>
`;
  return text;
}
