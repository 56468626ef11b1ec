import { z } from "zod";
import { CliError } from "../cliError.ts";

const log = z.looseObject({
  runs: z.array(
    z.looseObject({ results: z.array(z.looseObject({ locations: z.array(z.looseObject({})).optional() })).optional() }),
  ),
});

/**
 * Gives each result of a SARIF log its file. The rules know of resources alone; code scanning takes no result without a file, and
 * looks for it from the root of the checkout (GitHub, "SARIF support for code scanning"). A resource has no line: it is the first.
 *
 * @param file path from the root of the repository, with slashes
 * @throws CliError `bad-answer` where the text is no SARIF, which only a service can answer
 */
export function placeResults(sarif: string, file: string): string {
  const read = log.safeParse(parsed(sarif));
  if (!read.success) throw new CliError("bad-answer", `What came as SARIF is none: ${z.prettifyError(read.error)}`);
  const uri = file.split("/").map(encodeURIComponent).join("/");
  const physicalLocation = { artifactLocation: { uri }, region: { startLine: 1 } };
  const runs = read.data.runs.map(({ results = [], ...run }) => ({
    ...run,
    results: results.map(({ locations = [{}], ...result }) => ({
      ...result,
      locations: locations.map((location) => ({ physicalLocation, ...location })),
    })),
  }));
  return `${JSON.stringify({ ...read.data, runs }, undefined, 2)}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
