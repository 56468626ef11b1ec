import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { microsOfAmount, readAmount } from "../../api/spend/amount.ts";
import { type CsvRow, csvRows } from "../../api/spend/csvRows.ts";
import { readExport } from "../../api/spend/readExport.ts";
import { focus } from "./focusExport.ts";

test("what is too large once unpacked, or charges for too many things, is refused while it comes", async () => {
  const content = () =>
    Readable.from([gzipSync(focus({ billed: "1", resource: "a" }, { billed: "1", resource: "b" }))]);
  const read = (limits: { bytes: number; charges: number }) =>
    readExport({ content: content(), gzipped: true }, limits);
  await expect(read({ bytes: 300, charges: 9 })).rejects.toMatchObject({ code: "body-too-large" });
  await expect(read({ bytes: 9_999, charges: 1 })).rejects.toMatchObject({ code: "invalid-request" });
  expect((await read({ bytes: 9_999, charges: 2 })).charges).toHaveLength(2);
});

test("any values come through CSV as they went in, however the bytes are cut", async () => {
  const values = fc.array(fc.array(fc.string({ unit: "grapheme" }), { minLength: 2, maxLength: 5 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 7 }), async (rows, size) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(",")).join("\r\n");
      const bytes = Buffer.from(text);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const read: CsvRow[] = [];
      for await (const row of csvRows(Readable.from(chunks))) read.push(row);
      expect(read.map(({ fields }) => fields)).toEqual(
        rows.map((row) => row.map((value) => value.replaceAll("\r", ""))),
      );
    }),
    { numRuns: 60 },
  );
});

test("amounts are added without a loss, to a thousandth of a millionth of a cent and beyond", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (amounts) => {
      const sum = amounts.reduce((total, amount) => total + (readAmount(`${amount}E-6`) ?? 0n), 0n);
      expect(microsOfAmount(sum)).toBe(amounts.reduce((total, amount) => total + amount, 0));
    }),
  );
  expect(readAmount("0.000000000000001")).toBe(1n);
  for (const text of ["", "-", ".", "1e", "0x1", "1_000", "NaN", "Infinity", "1e99"])
    expect(readAmount(text)).toBeUndefined();
});
