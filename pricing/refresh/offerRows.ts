/** One price of a product, as a row of an offer file in AWS's CSV form has it. */
export interface OfferRow {
  readonly termType: string;
  readonly unit: string;
  /** US dollars as a decimal text. */
  readonly price: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly usage: string;
  readonly operation: string;
  readonly instanceType: string;
  /** Tenancy, operating system, software on it, and capacity, joined: `Shared/Linux/NA/Used`. */
  readonly machine: string;
}

/** An offer file that is not whole, or not of the form that is known. The message names the file. */
export class OfferFault extends Error {
  readonly code = "offer-fault";
}

const columns = {
  termType: "TermType",
  unit: "Unit",
  price: "PricePerUnit",
  currency: "Currency",
  from: "StartingRange",
  to: "EndingRange",
  usage: "usageType",
  operation: "operation",
} as const;
const optional = ["Instance Type", "Tenancy", "Operating System", "Pre Installed S/W", "CapacityStatus"];

/**
 * Reads an offer file as it comes; the largest are gigabytes. Each starts with a few lines about itself, of which the date of its
 * publication is told, then a row of names, then rows.
 *
 * @throws OfferFault for a file that ends in the middle of a row, or lacks a column
 */
export async function readOffer(
  lines: AsyncIterable<string>,
  file: string,
  visit: (row: OfferRow) => void,
): Promise<{ readonly published: string; readonly rows: number }> {
  let published = "";
  let places: Readonly<Record<string, number>> | undefined;
  let width = 0;
  let rows = 0;
  for await (const line of lines) {
    if (line === "") continue;
    const cells = cellsOf(line, file);
    if (places === undefined) {
      if (cells[0] === "Publication Date") published = cells[1]?.slice(0, 10) ?? "";
      if (cells[0] !== "SKU") continue;
      places = Object.fromEntries(cells.map((name, index) => [name, index]));
      width = cells.length;
      const missing = Object.values(columns).filter((name) => !cells.includes(name));
      if (missing.length > 0) throw new OfferFault(`${file} has no column ${missing.join(", ")}`);
      continue;
    }
    if (cells.length !== width) throw new OfferFault(`${file} is cut off or broken at row ${rows + 1}`);
    rows += 1;
    visit(rowOf(cells, places));
  }
  if (places === undefined || rows === 0) throw new OfferFault(`${file} has no prices in it`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(published)) throw new OfferFault(`${file} does not say when it was published`);
  return { published, rows };
}

function rowOf(cells: readonly string[], places: Readonly<Record<string, number>>): OfferRow {
  const cell = (name: string): string => cells[places[name] ?? -1] ?? "";
  const named = Object.fromEntries(Object.entries(columns).map(([key, name]) => [key, cell(name)]));
  const [instanceType = "", ...machine] = optional.map(cell);
  return { ...(named as Record<keyof typeof columns, string>), instanceType, machine: machine.join("/") }; // its own keys
}

/** Cells are quoted, and a quote within is doubled. */
function cellsOf(line: string, file: string): readonly string[] {
  if (!/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/.test(line))
    throw new OfferFault(`${file} is cut off or broken: a row does not end as rows do`);
  return line
    .slice(1, -1)
    .split('","')
    .map((cell) => cell.replaceAll('""', '"'));
}
