import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSealing } from "../../api/state/secrets/sealing.ts";
import { testKeyring } from "./support/testBackend.ts";

const key = randomBytes(32);
const sealing = createSealing(testKeyring(key));
const place = { stackId: "0199c0de-0000-7000-8000-000000000001", row: "checkpoint/7" };
const refused = expect.objectContaining({ code: "invalid-request" });

test("what was sealed for a place is opened there, short or long, text or bytes", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ minLength: 5_000 })), (content) => {
      expect(sealing.open(place, sealing.seal(place, content))).toBe(content);
    }),
  );
  const bytes = randomBytes(100);
  expect(sealing.openBytes(place, sealing.seal(place, bytes))).toEqual(bytes);
});

test("the same content is never sealed alike, and does not shine through", () => {
  const [one, other] = [sealing.seal(place, "hush"), sealing.seal(place, "hush")];
  expect(one.equals(other)).toBe(false);
  expect(one.toString("latin1")).not.toContain("hush");
});

test.each([
  ["another stack", { ...place, stackId: "0199c0de-0000-7000-8000-000000000002" }],
  ["another version of the state", { ...place, row: "checkpoint/8" }],
])("it is refused for %s", (_, elsewhere) => {
  const sealed = sealing.seal(place, "hush");
  expect(() => sealing.open(elsewhere, sealed)).toThrow(refused);
});

test("a change of any byte is refused, that of the format and of the key's version too", () => {
  const sealed = sealing.seal(place, "hush");
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(() => sealing.open(place, changed), `byte ${index}`).toThrow(refused);
  }
});

test("a value that is cut short is refused", () => {
  const sealed = sealing.seal(place, "hush");
  for (const length of [0, 2, 3, 15, sealed.length - 1])
    expect(() => sealing.open(place, sealed.subarray(0, length))).toThrow(refused);
});

test("another master key opens nothing", () => {
  expect(() => createSealing(testKeyring()).open(place, sealing.seal(place, "hush"))).toThrow(refused);
});

test("what an older version of the master key sealed is still opened while that version is there", () => {
  const newer = randomBytes(32);
  const masterKey = (version: number) => (version === 1 ? key : newer);
  const both = { version: 2, oldest: 1, fingerprintKey: key, masterKey };
  const sealed = sealing.seal(place, "hush");
  expect(createSealing(both).open(place, sealed)).toBe("hush");
  expect(() => sealing.open(place, createSealing(both).seal(place, "hush"))).toThrow(refused);
});

test("fingerprints tell content apart, and stacks", () => {
  const of = (stackId: string, content: string) => sealing.fingerprint(stackId, content).toString("hex");
  expect(of("one", "a")).toBe(of("one", "a"));
  expect(of("one", "a")).not.toBe(of("one", "b"));
  expect(of("one", "a")).not.toBe(of("other", "a"));
});
