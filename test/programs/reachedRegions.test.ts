import { describe, expect, it } from "vitest";
import { catalog } from "../../programs/catalog.ts";
import { reachedRegions } from "../../programs/reachedRegions.ts";

const inputs = {
  copies: { "eu-west-1": "eu-central-1", "us-east-1": "us-west-2" },
  store: { replicas: ["eu-west-1", "us-east-1", { from: "other", output: "region" }] },
  origins: [{ region: "us-east-1" }, { region: "ap-south-1" }],
};
const reached = (...reaches: string[]) => reachedRegions(reaches, { region: "eu-west-1", inputs });

describe("the regions that a stack reaches", () => {
  it("are those that its blueprint always goes to, and those that its inputs name, each once and never its own", () => {
    expect(reached("us-east-1", "/store/replicas/*", "/origins/*/region")).toEqual([
      { region: "us-east-1", pointer: "" },
      { region: "ap-south-1", pointer: "/origins/1/region" },
    ]);
  });

  it("may depend on the stack's own", () => {
    expect(reached("/copies/{region}")).toEqual([{ region: "eu-central-1", pointer: "/copies/eu-west-1" }]);
  });

  it("are none where nothing is named, or what is named is no text", () => {
    expect(reached("/nowhere/*", "/copies", "/store/replicas/2")).toEqual([]);
    expect(reachedRegions(["/a"], { region: "eu-west-1", inputs: undefined })).toEqual([]);
  });

  it.each(Object.values(catalog.blueprints))("of $name are named by regions or by pointers", ({ reaches = [] }) => {
    for (const place of reaches) expect(place).toMatch(/^(\/.+|[a-z]{2}(-[a-z]+)+-\d)$/);
  });
});
