import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { OfferFault } from "./offerRows.ts";
import { refreshBook } from "./refreshBook.ts";

// Process entry of `npm run prices:refresh`: brings the price book up to date from AWS's price list, or leaves it as it was.

const { values } = parseArgs({
  options: {
    region: { type: "string", multiple: true },
    url: { type: "string", default: "https://pricing.us-east-1.amazonaws.com" },
    folder: { type: "string", default: fileURLToPath(new URL("../book", import.meta.url)) },
    "dry-run": { type: "boolean", default: false },
  },
});

async function* linesOf(offer: string, region: string): AsyncIterable<string> {
  const url = `${values.url}/offers/v1.0/aws/${offer}/current/${region}/index.csv`;
  const answer = await fetch(url).catch((cause: unknown) => {
    throw new OfferFault(`${url} cannot be reached`, { cause });
  });
  if (!answer.ok || answer.body === null) throw new OfferFault(`${url} answers ${answer.status}`);
  const body = Readable.fromWeb(answer.body as ReadableStream); // the same stream by Node's own declaration
  try {
    yield* createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY });
    if (body.errored) throw body.errored;
  } catch (cause) {
    throw new OfferFault(`${url} was cut off`, { cause });
  }
}

try {
  const { changes, left } = await refreshBook({
    ...{ folder: values.folder, open: linesOf, dryRun: values["dry-run"], say: (line) => console.error(line) },
    ...(values.region && { regions: values.region }),
  });
  for (const change of changes) console.log(change);
  console.error(
    `${changes.length} prices ${values["dry-run"] ? "would change" : "changed"}; ${left} entries are not from the list.`,
  );
} catch (error) {
  console.error(`The book stays as it was: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
