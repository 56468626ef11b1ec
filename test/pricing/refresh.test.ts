import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readPriceBook } from "../../pricing/priceBook.ts";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const names = [
  ...[
    "SKU",
    "TermType",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "Instance Type",
    "Tenancy",
  ],
  ...["Operating System", "CapacityStatus", "operation", "usageType", "Pre Installed S/W"],
];
const head = [
  ["FormatVersion", "v1.0"],
  ["Disclaimer", 'This list is "for information", it says'],
  ["Publication Date", "2026-11-20T01:02:03Z"],
  ["OfferCode", "Any"],
];
const csv = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`).join("");

type Row = Partial<Record<string, string>>;
const rowOf = (row: Row): readonly string[] => {
  const usual = { SKU: "S", TermType: "OnDemand", StartingRange: "0", EndingRange: "Inf", Currency: "USD" };
  return names.map((name) => ({ ...usual, ...row })[name] ?? "");
};
const used = (usageType: string, PricePerUnit: string, more: Row = {}) => ({ usageType, PricePerUnit, ...more });
const machine = (type: string, price: string) =>
  used(`EUW1-BoxUsage:${type}`, price, {
    ...{ "Instance Type": type, Tenancy: "Shared", "Operating System": "Linux", "Pre Installed S/W": "NA" },
    ...{ CapacityStatus: "Used", operation: "RunInstances" },
  });
const tier = (from: string, to: string, price: string) =>
  used("EUW1-DataTransfer-Out-Bytes", price, { StartingRange: from, EndingRange: to });
const traffic = [tier("0", "10240", "0.09"), tier("10240", "Inf", "0.085")];
const whole = [machine("m5.large", "0.111"), used("EUW1-NatGateway-Hours", "0.048"), ...traffic];

let server: http.Server;
let rows: readonly Row[];
let text: (offer: string) => string | undefined;
let cut = false;
let folder: string;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const offer = request.url?.split("/")[4] ?? "";
    const body = text(offer) ?? csv([...head, names, ...rows.map(rowOf)]);
    response.writeHead(200, { "content-length": Buffer.byteLength(body) + (cut ? 100 : 0) });
    response.write(body, () => (cut ? response.destroy() : response.end()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
beforeEach(async () => {
  [rows, text, cut] = [whole, () => undefined, false];
  folder = await mkdtemp(path.join(tmpdir(), "meridian-book-"));
  await cp(path.join(root, "pricing/book"), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => server.close());

async function refresh(
  ...more: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = [
    path.join(root, "pricing/refresh/main.ts"),
    "--url",
    url,
    "--folder",
    folder,
    "--region",
    "eu-west-1",
    ...more,
  ];
  return run(process.execPath, args).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );
}

const book = () => readPriceBook(pathToFileURL(`${folder}/`));
const contents = async () =>
  Promise.all((await readdir(folder)).toSorted().map((name) => readFile(path.join(folder, name), "utf8")));

test("prices of the list become the book's, with their date, and what changed is said", async () => {
  const before = book().version;
  const { code, out } = await refresh();
  expect(code).toBe(0);
  expect(out).toContain("nat/hour eu-west-1: none to 48000\n");
  expect(out).toContain("ec2/m5.large eu-west-1: 107000 to 111000\n");
  const after = book();
  expect(after.version).not.toBe(before);
  expect(after.find("nat/hour", "eu-west-1")).toMatchObject({ basis: "listed", unitPrice: "0.048" });
  expect(after.find("nat/hour", "us-east-1")).toMatchObject({ unitPrice: "0.045" });
  expect(after.find("egress/internet", "eu-west-1")?.tiers).toEqual([
    { upTo: 10_240, micros: 90_000 },
    { upTo: undefined, micros: 85_000 },
  ]);
  expect(after.find("ec2/m5.xlarge", "eu-west-1")).toBeUndefined(); // no more in the list
  const { sources } = JSON.parse(await readFile(path.join(folder, "services.json"), "utf8"));
  expect(sources.aws.date).toBe("2026-11-20");
}, 30_000);

test("a trial says what would change, and changes nothing", async () => {
  const before = await contents();
  const { code, out } = await refresh("--dry-run");
  expect([code, out.includes("nat/hour eu-west-1: none to 48000")]).toEqual([0, true]);
  expect(await contents()).toEqual(before);
}, 30_000);

test.each<[string, () => void, RegExp]>([
  ["cut off in the middle of its transfer", () => (cut = true), /cut off/],
  [
    "cut off in the middle of a row",
    () => (text = () => csv([...head, names, ...rows.map(rowOf)]).slice(0, -9)),
    /AmazonEC2 of eu-west-1 is cut off or broken/,
  ],
  [
    "in another currency",
    () =>
      (rows = [...whole.slice(2), machine("m5.large", "1"), used("EUW1-NatGateway-Hours", "0.3", { Currency: "CNY" })]),
    /nat\/hour in eu-west-1: the price is in CNY/,
  ],
  [
    "without a price that the book has",
    () => (rows = whole.slice(0, 2)),
    /egress\/internet: AmazonEC2 of eu-west-1 has no price/,
  ],
  [
    "with a gap between tiers",
    () => (rows = [...whole.slice(0, 2), traffic[1] ?? {}]),
    /egress\/internet in eu-west-1: its tiers have a gap/,
  ],
  [
    "with a price that is none",
    () => (rows = [...whole, used("EUW1-NatGateway-Bytes", "free")]),
    /nat\/data in eu-west-1: "free" is no price/,
  ],
  ["without machines", () => (rows = whole.slice(1)), /ec2 in eu-west-1: the file has no machine/],
  ["of another kind", () => (text = () => "<html>\n"), /cut off or broken/],
  ["with nothing in it", () => (text = () => csv([...head, names])), /has no prices in it/],
])(
  "a list that is %s is refused by name, and the old book stays",
  async (_, spoil, says) => {
    const before = await contents();
    spoil();
    const { code, err } = await refresh();
    expect(err).toMatch(/The book stays as it was: /);
    expect(err).toMatch(says);
    expect(code).toBe(1);
    expect(await contents()).toEqual(before);
  },
  30_000,
);
