import { expect, test } from "vitest";
import { hideSecrets } from "../../policies/index.ts";

const inputs = {
  name: "players",
  password: "swordfish",
  config: { "db.url": "postgres://u:p@h", zone: "a" },
  users: [
    { name: "ada", key: "one" },
    { name: "bob", key: "two" },
  ],
};

test("a fixed text stands at each secret path, whatever is there, and the rest is as it was", () => {
  const secrets = ["password", 'config["db.url"]', "users[1]"];
  expect(hideSecrets({ inputs, secrets })).toEqual({
    ...inputs,
    password: "[secret]",
    config: { "db.url": "[secret]", zone: "a" },
    users: [{ name: "ada", key: "one" }, "[secret]"],
  });
});

test("without secrets the inputs come back as they are", () => {
  expect(hideSecrets({ inputs, secrets: [] })).toBe(inputs);
});

test.each(["unmarked" as const, undefined])("where nobody knows what is secret (%s), no value is shown", (secrets) => {
  const shown = hideSecrets({ inputs, ...(secrets && { secrets }) });
  expect(Object.values(shown)).toEqual(Array(4).fill("[secret]"));
});
