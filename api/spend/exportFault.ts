import { Problem } from "../base/problem.ts";

interface ExportFault {
  /** The header is row 1; undefined for what concerns the file. */
  readonly row?: number;
  readonly column?: string;
  readonly detail: string;
}

/** The refusal of a whole export, with where it is wrong. Nothing of it is counted. */
export function exportFault({ row, column, detail }: ExportFault): Problem {
  const where = [...(row === undefined ? [] : [`row ${row}`]), ...(column === undefined ? [] : [`column ${column}`])];
  const pointer = [...(row === undefined ? [] : ["rows", row]), ...(column === undefined ? [] : [escaped(column)])];
  const told = where.length === 0 ? detail : `${where.join(", ")}: ${detail}`;
  const errors = [{ pointer: pointer.length === 0 ? "" : `/${pointer.join("/")}`, detail }];
  return new Problem("invalid-request", `The export is refused, and nothing of it was counted. ${told}`, { errors });
}

const escaped = (column: string): string => column.replaceAll("~", "~0").replaceAll("/", "~1");
