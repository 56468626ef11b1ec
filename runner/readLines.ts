/** Longer than any job: configuration holds inputs, and those have a limit of their own. */
const LONGEST_LINE = 8 * 1024 * 1024;

/** The lines of a stream of UTF-8 text, without empty ones. Throws for a line over 8 million characters. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error(`A line is longer than ${LONGEST_LINE} characters.`);
    for (const line of lines) if (line !== "") yield line;
  }
}
