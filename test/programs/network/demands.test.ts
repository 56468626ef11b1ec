import { expect, test } from "vitest";
import { catalog } from "../../../programs/catalog.ts";
import { networkInputs } from "../../../programs/network/inputs.ts";

const inputs = networkInputs.parse({ addresses: { regions: ["eu-west-1"] }, zones: 4 });
const demands = (production: boolean) => {
  const asked = catalog.blueprints.network.demands?.(inputs, { production }) ?? [];
  return Object.fromEntries(asked.map((demand) => [demand.quota, demand]));
};

test("a network asks for one network, for a NAT gateway in a zone, and for the addresses of as many as there are", () => {
  const production = demands(true);
  expect(production["L-F678F1CE"]).toMatchObject({ amount: 1, pointer: "" });
  expect(production["L-FE5A380F"]).toMatchObject({ amount: 1, pointer: "" });
  expect(production["L-0263D0A3"]).toMatchObject({ amount: 4, pointer: "/zones" });
  expect(demands(false)["L-0263D0A3"]).toMatchObject({ amount: 1, pointer: "" });
});

test("what fits is said in zones as long as a network of the fewest zones fits, and otherwise that none does", () => {
  const addresses = demands(true)["L-0263D0A3"];
  expect(addresses?.fitting(3)).toBe("at most 3 zones fit");
  expect(addresses?.fitting(1)).toBe("not one network more fits");
  expect(demands(false)["L-0263D0A3"]?.fitting(0)).toBe("not one network more fits");
});
