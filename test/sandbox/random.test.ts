import { expect, test } from "vitest";
import { bcrypt } from "../../sandbox/random/bcrypt.ts";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox } from "./testSandbox.ts";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const random = { package: "random", configuration: {} };
const keepers = { keepers: { version: "2" } };
const UUID = (version: number) =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

const cases: readonly ConformanceCase[] = [
  {
    ...random,
    type: "random:index/randomId:RandomId",
    smallest: () => ({ byteLength: 4 }),
    id: /^[\w-]{6}$/,
    outputs: { hex: /^[0-9a-f]{8}$/, dec: /^\d+$/, b64Std: /^[\w+/]{6}==$/, b64Url: /^[\w-]{6}$/ },
    replace: keepers,
    spoiled: [{ name: "no bytes", with: { byteLength: 0 }, code: "InvalidAttributeValue" }],
  },
  {
    ...random,
    type: "random:index/randomString:RandomString",
    smallest: () => ({ length: 12, special: false }),
    id: /^[a-zA-Z0-9]{12}$/,
    outputs: { result: /^[a-zA-Z0-9]{12}$/, number: true, numeric: true },
    replace: { length: 13 },
    spoiled: [
      { name: "a missing length", with: { length: null }, code: "MissingAttribute" },
      {
        name: "more characters than there is room for",
        with: { length: 2, minLower: 3 },
        code: "InvalidAttributeValue",
      },
    ],
  },
  {
    ...random,
    type: PASSWORD,
    smallest: () => ({ length: 24, minSpecial: 2, overrideSpecial: "!" }),
    id: /^none$/,
    outputs: { result: /^(?=.*!.*!)[a-zA-Z0-9!]{24}$/, bcryptHash: /^\$2a\$04\$[./A-Za-z0-9]{53}$/ },
    replace: keepers,
    spoiled: [{ name: "a negative minimum", with: { minUpper: -1 }, code: "InvalidAttributeValue" }],
  },
  {
    ...random,
    type: "random:index/randomPet:RandomPet",
    smallest: () => ({ prefix: "eu" }),
    id: /^eu-[a-z]+-[a-z]+$/,
    outputs: { length: 2, separator: "-" },
    replace: { separator: "_" },
    spoiled: [{ name: "no words", with: { length: 0 }, code: "InvalidAttributeValue" }],
  },
  {
    ...random,
    type: "random:index/randomInteger:RandomInteger",
    smallest: () => ({ min: 5, max: 9 }),
    id: /^[5-9]$/,
    outputs: { result: /^[5-9]$/ },
    replace: { max: 8 },
    spoiled: [{ name: "a range the wrong way round", with: { min: 10 }, code: "InvalidAttributeValue" }],
  },
  uuid("Uuid", 4),
  uuid("Uuid4", 4),
  uuid("Uuid7", 7),
  {
    ...random,
    type: "random:index/randomShuffle:RandomShuffle",
    smallest: () => ({ inputs: ["a", "b", "c"], resultCount: 4 }),
    id: /^-$/,
    outputs: { results: /^[abc](,[abc]){3}$/ },
    replace: { resultCount: 2 },
    spoiled: [{ name: "a text for a list", with: { inputs: "a" }, code: "InvalidAttributeValue" }],
  },
  {
    ...random,
    type: "random:index/randomBytes:RandomBytes",
    smallest: () => ({ length: 3 }),
    id: /^none$/,
    outputs: { hex: /^[0-9a-f]{6}$/, base64: /^[\w+/]{4}$/ },
    replace: keepers,
    spoiled: [{ name: "no bytes", with: { length: 0 }, code: "InvalidAttributeValue" }],
  },
];

function uuid(name: string, version: number): ConformanceCase {
  return {
    ...random,
    type: `random:index/random${name}:Random${name}`,
    smallest: () => ({}),
    id: UUID(version),
    outputs: { result: UUID(version) },
    replace: keepers,
  };
}

conformance(cases);

test("a password and its hash are secrets, other random values are not", async () => {
  const sandbox = await startTestSandbox();
  try {
    const engine = await sandbox.engine(random);
    const password = await engine.create(PASSWORD, { length: 8 });
    expect(password.secrets.toSorted()).toEqual(['["bcryptHash"]', '["result"]']);
    expect((await engine.create("random:index/randomString:RandomString", { length: 8 })).secrets).toEqual([]);
  } finally {
    await sandbox.end();
  }
});

// Test vectors of the public-domain crypt_blowfish by Openwall.
test.each([
  ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "10410410410410410410410410410410"],
  ["U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "10410410410410410410410410410410"],
])("the bcrypt hash of %s is the one that others compute", (text, hash, salt) => {
  expect(bcrypt(text, 5, Buffer.from(salt, "hex"))).toBe(hash);
});
