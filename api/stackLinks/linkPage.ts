import { type Html, html } from "../http/docs/html.ts";
import { page } from "../http/docs/page.ts";

/** What a link of the CLI names: a stack, or one of its updates or previews. */
export interface Linked {
  readonly team: string;
  readonly project: string;
  readonly stack: string;
  readonly version: string | undefined;
  readonly preview: string | undefined;
}

/** A page that is made of the link alone. @param origin as `https://meridian.example.com` */
export function linkPage(linked: Linked, origin: string): string {
  const { team, project, stack, version, preview } = linked;
  const full = `${team}/${project}/${stack}`;
  const what =
    version !== undefined
      ? html`version ${version} of the stack <code>${full}</code>`
      : preview !== undefined
        ? html`the preview <code>${preview}</code> of the stack <code>${full}</code>`
        : html`the stack <code>${full}</code>`;
  return page({
    title: full,
    navigation: html`<h2>Meridian</h2><ul><li><a href="/docs">REST API</a></li></ul>`,
    main: html`<h1>${full}</h1>
<p>This link names ${what}, as a Pulumi client wrote it. Meridian shows nothing without a key, and a browser has none: whether it exists is not said here.</p>
<h2>With the Pulumi CLI</h2>
<pre>pulumi login ${origin}
${commands(linked, full)}</pre>
<h2>With a key</h2>
<pre>${requests(linked, origin)}</pre>
<p>Secrets stay sealed in all of these answers.</p>`,
  });
}

function commands({ version, preview }: Linked, full: string): Html {
  if (preview !== undefined) return html`pulumi preview -s ${full}`;
  if (version !== undefined)
    return html`pulumi stack history -s ${full}
pulumi stack export -s ${full} --version ${version}`;
  return html`pulumi stack -s ${full}
pulumi stack history -s ${full}`;
}

function requests({ team, project, stack, version, preview }: Linked, origin: string): Html {
  const get = (path: string) => html`curl -H "Authorization: Bearer $MERIDIAN_KEY" ${origin}${path}
`;
  const protocol = `/api/stacks/${team}/${project}/${stack}`;
  if (preview !== undefined) return get(`${protocol}/preview/${preview}/events`);
  if (version !== undefined)
    return html`${get(`${protocol}/updates/${version}`)}${get(`${protocol}/export/${version}`)}`;
  const id = project === "meridian" ? stack : encodeURIComponent(`${project}/${stack}`);
  return html`${get(`/v1/stacks/${id}?team=${team}`)}${get(`${protocol}/updates`)}`;
}
