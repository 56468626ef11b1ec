import { exportFault } from "./exportFault.ts";

/** Characters; a row of an export has a few thousand. */
const LONGEST_ROW = 1_048_576;
const MOST_COLUMNS = 2_000;

/** One row, with its number among the rows of the file, of which the header is the first. */
export interface CsvRow {
  readonly number: number;
  readonly fields: readonly string[];
}

/**
 * Reads comma-separated values (RFC 4180) as they come: quotes doubled inside quotes, line ends of either kind, a byte order mark
 * left out, empty lines skipped. Holds one row at a time.
 *
 * @throws Problem `invalid-request` with the row where it is no CSV, or not UTF-8
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const reader = rowReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of chunks) yield* reader.take(decode(decoder, reader, chunk));
  yield* reader.take(decode(decoder, reader, undefined));
  yield* reader.end();
}

/** @param chunk undefined at the end, where no character may be half there */
function decode(
  decoder: InstanceType<typeof TextDecoder>,
  { number }: RowReader,
  chunk: Uint8Array | undefined,
): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    const [readable = ""] = new TextDecoder().decode(chunk).split("\uFFFD");
    const row = number() + (readable.match(/\n/g)?.length ?? 0);
    throw exportFault({ row, detail: "It is not UTF-8. Is the file packed with something other than gzip?" });
  }
}

type RowReader = ReturnType<typeof rowReader>;

function rowReader() {
  let number = 1;
  let fields: string[] = [];
  let field = "";
  let length = 0;
  /** `start` of a field, inside it, inside its quotes, or behind a quote that may end it. */
  let place: "start" | "plain" | "quoted" | "closing" = "start";

  const fault = (detail: string) => exportFault({ row: number, column: String(fields.length + 1), detail });

  function endField(): void {
    fields.push(field);
    if (fields.length > MOST_COLUMNS) throw fault(`The row has more than ${MOST_COLUMNS} columns.`);
    field = "";
    place = "start";
  }

  function endRow(): CsvRow | undefined {
    const empty = fields.length === 0 && field === "" && place === "start";
    if (!empty) endField();
    const row = empty ? undefined : { number, fields };
    fields = [];
    length = 0;
    number += 1;
    return row;
  }

  function* take(text: string): Generator<CsvRow> {
    for (const character of text) {
      length += 1;
      if (length > LONGEST_ROW) throw fault(`The row is longer than ${LONGEST_ROW} characters. Is a quote missing?`);
      if (place === "quoted") {
        if (character === '"') place = "closing";
        else field += character;
      } else if (character === '"') {
        if (place === "plain") throw fault('There is a quote (") inside a value that does not begin with one.');
        if (place === "closing") field += character;
        place = "quoted";
      } else if (character === ",") endField();
      else if (character === "\n") {
        const row = endRow();
        if (row !== undefined) yield row;
      } else if (character === "\r" || (character === "\uFEFF" && number === 1 && length === 1)) continue;
      else if (place === "closing") throw fault("There is something behind the quote that ends a value.");
      else {
        field += character;
        place = "plain";
      }
    }
  }

  function* end(): Generator<CsvRow> {
    if (place === "quoted") throw fault("The file ends inside a quoted value: it was cut off.");
    const row = endRow();
    if (row !== undefined) yield row;
  }

  return { take, end, number: () => number };
}
