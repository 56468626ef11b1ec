import { describe, expect, it } from "vitest";
import type { JudgedResource } from "../../policies/index.ts";
import { showProperty } from "../../policies/showProperty.ts";
import { urnOf } from "./support/ruleFixture.ts";

const resource = (secrets: JudgedResource["secrets"]): JudgedResource => ({
  urn: urnOf("test:index:Thing", "it"),
  type: "test:index:Thing",
  name: "it",
  step: "create",
  inputs: { size: { max: 500, types: ["m7i.large"] }, note: "two words", tags: { "a:b": "c" } },
  secrets,
  protect: false,
});

describe("showProperty", () => {
  it("shows a plain value beside its path", () => {
    expect(showProperty(resource([]), ["size", "max"])).toBe("size.max (500)");
    expect(showProperty(resource([]), ["tags", "a:b"])).toBe('tags["a:b"] (c)');
  });

  it.each(["size.max", "size", "size.max.inner"])("withholds the value where %s is secret", (secret) => {
    expect(showProperty(resource([secret]), ["size", "max"])).toBe("size.max (secret)");
  });

  it("does not take a longer name or index for the secret one", () => {
    expect(showProperty(resource(["size.maximum", "siz"]), ["size", "max"])).toBe("size.max (500)");
    expect(showProperty(resource(["size.types[01]"]), ["size", "types", 0])).toBe("size.types[0] (m7i.large)");
  });

  it("shows no value at all where it is not known what is secret", () => {
    expect(showProperty(resource("unmarked"), ["size", "max"])).toBe("size.max");
  });

  it("shows no free text, which could hold anything", () => {
    expect(showProperty(resource([]), ["note"])).toBe("note");
  });
});
