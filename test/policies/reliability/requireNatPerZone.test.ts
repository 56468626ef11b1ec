import { describe, expect, it } from "vitest";
import {
  type JudgeContext,
  judgeStack as judgeAll,
  judgeResource,
  type KnownResource,
  UNKNOWN,
} from "../../../policies/index.ts";
import {
  association,
  associationById,
  nat,
  route,
  routeById,
  subnet,
  subnets,
  tableWithRoute,
} from "../fixtures/network.ts";

const context: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "up" };

/** A gateway and a table for each of two zones. */
const compliant: readonly KnownResource[] = [
  ...subnets,
  nat("nat-a"),
  nat("nat-b"),
  route("table-a", "nat-a"),
  route("table-b", "nat-b"),
  association("table-a", "a"),
  association("table-a", "a2"),
  association("table-b", "b"),
];

const without = (name: string): readonly KnownResource[] => compliant.filter((resource) => resource.name !== name);

const judgeStack: typeof judgeAll = (...of) =>
  judgeAll(...of).filter(({ policy }) => policy === "reliability-require-nat-per-zone");

const judgeStep = (step: KnownResource, siblings: readonly KnownResource[], over: Partial<JudgeContext> = {}) =>
  judgeResource(
    { ...step, step: "create", secrets: [], protect: false },
    { ...context, siblings: (type) => siblings.filter((sibling) => sibling.type === type), ...over },
  ).filter(({ policy }) => policy === "reliability-require-nat-per-zone");

const fault = expect.objectContaining({
  policy: "reliability-require-nat-per-zone",
  level: "mandatory",
  outcome: "fail",
  message: "one NAT gateway serves 2 zones",
});

describe("reliability-require-nat-per-zone", () => {
  it("passes a gateway for each zone, at every step and as a whole", () => {
    for (const step of compliant) expect(judgeStep(step, without(step.name))).toEqual([]);
    expect(judgeStack(compliant, context)).toEqual([]);
  });

  it("refuses the route by which a gateway would serve a second zone", () => {
    const step = route("table-b", "nat-a");
    expect(judgeStep(step, without(step.name))).toEqual([fault]);
    expect(judgeStack([...without(step.name), step], context)).toEqual([fault]);
  });

  it("is found in whatever order an engine gives the resources, and on the same one", () => {
    const amiss = [...without("table-b-out"), route("table-b", "nat-a")];
    const [first] = judgeStack(amiss, context);
    for (const from of amiss.keys()) {
      const turned = [...amiss.slice(from), ...amiss.slice(0, from)];
      expect(judgeStack(turned, context)).toEqual([first]);
      expect(judgeStack(turned.toReversed(), context)).toEqual([first]);
    }
  });

  it("refuses the association by which a table would serve a second zone", () => {
    const step = association("table-a", "b");
    expect(judgeStep(step, without("table-b-b"))).toEqual([fault]);
  });

  it("passes a route while nothing shows that it leads to a second zone", () => {
    expect(judgeStep(route("table-b", "nat-a"), without("table-b-b"))).toEqual([]);
  });

  it("passes a single gateway outside production", () => {
    const step = route("table-b", "nat-a");
    expect(judgeStep(step, without(step.name), { environment: "development" })).toEqual([]);
    expect(judgeStack([...without(step.name), step], { ...context, environment: "staging" })).toEqual([]);
  });

  it("passes a regional gateway, which spans the zones by itself", () => {
    const step = route("table-b", "nat-a");
    const siblings = [
      ...without(step.name).filter(({ name }) => name !== "nat-a"),
      nat("nat-a", { availabilityMode: "regional" }),
    ];
    expect(judgeStep(step, siblings)).toEqual([]);
  });

  it("goes by the id where a component's output stands for the gateways of all zones", () => {
    const urns = ["nat-a", "nat-b"].map((name) => nat(name).urn);
    const through = (table: string, name: string): KnownResource => {
      const { inputs, propertyDependencies, ...rest } = route(table, name);
      return {
        ...rest,
        inputs: { ...inputs, natGatewayId: `${name}-id` },
        propertyDependencies: { ...propertyDependencies, natGatewayId: urns },
      };
    };
    const siblings = [
      ...without("table-a-out").filter(({ name }) => name !== "table-b-out"),
      through("table-a", "nat-a"),
    ];
    expect(judgeStep(through("table-b", "nat-b"), siblings)).toEqual([]);
    expect(judgeStep(through("table-b", "nat-a"), siblings)).toEqual([fault]);
  });

  it("sees the same by ids alone", () => {
    const siblings = [...subnets, nat("nat-a"), routeById("table-a", "nat-a"), associationById("table-a", "a")];
    expect(judgeStep(associationById("table-a", "b"), siblings)).toEqual([fault]);
  });

  it("sees the same in routes written inside a table", () => {
    const siblings = [...subnets, nat("nat-a"), association("table-a", "a"), association("table-a", "b")];
    expect(judgeStep(tableWithRoute("table-a", "nat-a"), siblings)).toEqual([fault]);
  });

  it("is not stopped by a route inside a table that is not known yet", () => {
    const table = {
      ...tableWithRoute("table-a", "nat-a"),
      inputs: { routes: [UNKNOWN, { natGatewayId: "nat-a-id" }] },
    };
    const siblings = [...subnets, nat("nat-a"), association("table-a", "a"), association("table-a", "b")];
    const unknown = expect.objectContaining({
      outcome: "unknown",
      message: "routes[0] is not known yet: judged when it is",
    });
    expect(judgeStep(table, siblings, { phase: "preview" })).toEqual([fault, unknown]);
  });

  it.each([
    [
      "gateway of a route",
      { ...routeById("table-a", "nat-a"), inputs: { routeTableId: "table-a-id", natGatewayId: UNKNOWN } },
    ],
    [
      "table of a route",
      { ...routeById("table-a", "nat-a"), inputs: { routeTableId: UNKNOWN, natGatewayId: "nat-a-id" } },
    ],
    [
      "subnet of an association",
      { ...associationById("table-a", "a"), inputs: { routeTableId: "table-a-id", subnetId: UNKNOWN } },
    ],
    [
      "gateway of a route inside a table",
      { ...tableWithRoute("table-a", "nat-a"), inputs: { routes: [{ natGatewayId: UNKNOWN }] } },
    ],
    [
      "one of several gateways of a component",
      {
        ...route("table-a", "nat-a"),
        inputs: { natGatewayId: UNKNOWN },
        propertyDependencies: {
          ...route("table-a", "nat-a").propertyDependencies,
          natGatewayId: ["nat-a", "nat-b"].map((name) => nat(name).urn),
        },
      },
    ],
  ])("does not know in a first preview what the %s is", (_, step) => {
    const siblings = [...subnets, nat("nat-a"), nat("nat-b")];
    expect(judgeStep(step, siblings, { phase: "preview" })).toEqual([
      expect.objectContaining({ outcome: "unknown", level: "advisory", urn: step.urn }),
    ]);
  });

  it("lets a gateway be that is computed from what lies elsewhere", () => {
    const foreign = "urn:pulumi:dev::game::pulumi:pulumi:StackReference::network";
    const step = {
      ...route("table-a", "nat-a"),
      inputs: { natGatewayId: UNKNOWN },
      propertyDependencies: { natGatewayId: [foreign], routeTableId: [foreign] },
    };
    expect(judgeStep(step, subnets, { phase: "preview" })).toEqual([]);
  });

  it("advises in a preview while the zone of a subnet is not known yet", () => {
    const siblings = [
      nat("nat-a"),
      subnet("a", "eu-west-1a"),
      subnet("b", UNKNOWN),
      association("table-a", "a"),
      association("table-a", "b"),
    ];
    expect(judgeStep(route("table-a", "nat-a"), siblings, { phase: "preview" })).toEqual([
      expect.objectContaining({ outcome: "unknown", level: "advisory" }),
    ]);
  });

  it("says nothing of a step whose siblings nobody gave", () => {
    const { siblings: _, ...alone } = { ...context, siblings: undefined };
    expect(judgeResource({ ...route("table-b", "nat-a"), step: "create", secrets: [], protect: false }, alone)).toEqual(
      [],
    );
  });
});
