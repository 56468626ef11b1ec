import { expect, test } from "vitest";
import type { BackupHeader } from "../../api/backups/backupHeader.ts";
import { openFile, sealFile } from "../../api/backups/sealedFile.ts";

const key = Buffer.alloc(32, 5);
const header: BackupHeader = {
  format: 1,
  madeAt: "2026-11-21T12:00:00.000Z",
  migrations: ["0001_core"],
  sealedUnder: { root: "r", wrapped: "" },
  keys: [{ version: 1, root: "r", wrapped: "" }],
};

async function* each(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

async function gathered(parts: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** The head, then a frame for each part, the last of them empty. */
async function sealed(...parts: string[]): Promise<Buffer[]> {
  return gathered(sealFile(header, key, each(parts.map((part) => Buffer.from(part)))));
}

async function opened(parts: readonly Buffer[], under = key): Promise<string> {
  const { content } = await openFile(each(parts), async () => under);
  return Buffer.concat(await gathered(content)).toString();
}

test("what was sealed is opened, however it is cut in pieces on its way", async () => {
  const whole = Buffer.concat(await sealed("one ", "two ", "three"));
  expect(await opened([whole])).toBe("one two three");
  expect(await opened(Array.from(whole, (byte) => Buffer.of(byte)))).toBe("one two three");
});

test("parts that are left out, doubled, swapped or of another file do not open", async () => {
  const [head, one, two, three, end] = (await sealed("one ", "two ", "three")) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const [otherHead, other] = (await gathered(
    sealFile({ ...header, madeAt: "2026-11-22T12:00:00.000Z" }, key, each([Buffer.from("one ")])),
  )) as [Buffer, Buffer];
  for (const parts of [
    [head, one, three, end],
    [head, one, one, two, three, end],
    [head, two, one, three, end],
    [head, other, two, three, end],
    [otherHead, one, two, three, end],
    [head, one, two, three],
    [head, end],
  ])
    await expect(opened(parts)).rejects.toMatchObject({ code: "damaged" });
  await expect(opened([head, one, two, three, end], Buffer.alloc(32, 6))).rejects.toMatchObject({ code: "damaged" });
});

test("a part cannot be made the last one", async () => {
  const [head, one, two] = (await sealed("one ", "two ")) as [Buffer, Buffer, Buffer];
  const last = Buffer.from(two);
  last[4] = 1;
  await expect(opened([head, one, last])).rejects.toMatchObject({ code: "damaged" });
});
