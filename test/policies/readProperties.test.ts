import { describe, expect, it } from "vitest";
import { readProperties, UNKNOWN } from "../../policies/index.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = { [signature]: "1b47061264138c4ac30d75fd1eb44270" };
const output = { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };

describe("readProperties", () => {
  it("leaves plain properties as they are", () => {
    const plain = { a: 1, b: ["x", { c: true }] };
    expect(readProperties(plain)).toEqual({ inputs: plain, secrets: [] });
  });

  it("opens secrets and says where they are", () => {
    const properties = {
      list: [{ password: { ...secret, plaintext: '{"deep":"hunter2"}' } }],
      other: { ...secret, value: 5 },
    };
    expect(readProperties(properties)).toEqual({
      inputs: { list: [{ password: { deep: "hunter2" } }], other: 5 },
      secrets: ["list[0].password", "other"],
    });
  });

  it("takes a secret that is still sealed for unknown, so that no rule passes what it cannot see", () => {
    expect(readProperties({ policy: { ...secret, ciphertext: "v1:abc" } })).toEqual({
      inputs: { policy: UNKNOWN },
      secrets: ["policy"],
    });
  });

  it("reads outputs, with and without a value", () => {
    const properties = { known: { ...output, value: "x", secret: true }, unknown: output };
    expect(readProperties(properties)).toEqual({ inputs: { known: "x", unknown: UNKNOWN }, secrets: ["known"] });
  });

  it("takes a null for a property left out", () => {
    expect(readProperties({ a: null, b: { c: null } })).toEqual({ inputs: { b: {} }, secrets: [] });
  });
});
