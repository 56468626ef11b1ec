import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const SET = "aws:ssmincidents/replicationSet:ReplicationSet";
const RESPONSE = "aws:ssmincidents/responsePlan:ResponsePlan";
const CONTACT = "aws:ssmcontacts/contact:Contact";
const CHANNEL = "aws:ssmcontacts/contactChannel:ContactChannel";
const PLAN = "aws:ssmcontacts/plan:Plan";
const INVALID = "ValidationException";

const here = { regions: [{ name: "eu-west-1" }] };
const person = { alias: "first", type: "PERSONAL" };
const incidentTemplate = { title: "An objective is in danger", impact: 2 };

const withSet = async ({ make }: Workshop): Promise<Made> => ({ set: await make(SET, here) });
const withPeople = async (workshop: Workshop): Promise<Made> => ({
  ...(await withSet(workshop)),
  first: await workshop.make(CONTACT, person),
  other: await workshop.make(CONTACT, { alias: "other", type: "ESCALATION" }),
});

const stage = (contactId: string) => ({
  durationInMinutes: 10,
  targets: [{ contactTargetInfo: { contactId, isEssential: false } }],
});
const idOf = (made: Made, name: string): string => made[name]?.id ?? "";

const cases: readonly ConformanceCase[] = [
  {
    type: SET,
    smallest: () => here,
    id: /^arn:aws:ssm-incidents::\d{12}:replication-set\/[0-9a-f-]{36}$/,
    outputs: { arn: /:replication-set\//, status: /^ACTIVE$/, deletionProtected: false },
    change: { tags: { team: "lobby" } },
    taken: { code: "ConflictException" },
    spoiled: [
      { name: "no region", with: { regions: [] }, code: INVALID },
      {
        name: "a key that does not exist",
        with: { regions: [{ name: "eu-west-1", kmsKeyArn: "00000000-0000-0000-0000-000000000000" }] },
        code: INVALID,
        at: "create",
      },
    ],
  },
  {
    type: CONTACT,
    needs: withSet,
    smallest: () => person,
    id: /^arn:aws:ssm-contacts:eu-west-1:\d{12}:contact\/first$/,
    outputs: { arn: /:contact\/first$/ },
    change: { displayName: "The first" },
    replace: { alias: "second" },
    taken: { code: "ConflictException" },
    spoiled: [
      { name: "an alias with a capital", with: { alias: "First" }, code: INVALID },
      { name: "a kind of contact there is not", with: { type: "TEAM" }, code: INVALID },
    ],
    dependant: { type: PLAN, inputs: ({ id }) => ({ contactId: id, stages: [stage(id)] }), code: "ConflictException" },
  },
  {
    type: CHANNEL,
    needs: withPeople,
    smallest: (made) => ({
      contactId: idOf(made, "first"),
      name: "e-mail",
      type: "EMAIL",
      deliveryAddress: { simpleAddress: "first@example.com" },
    }),
    id: /:contact-channel\/first\/[0-9a-f-]{36}$/,
    outputs: { activationStatus: /^NOT_ACTIVATED$/ },
    change: { name: "office", deliveryAddress: { simpleAddress: "office@example.com" } },
    replace: (made) => ({ contactId: idOf(made, "other") }),
    spoiled: [
      {
        name: "a number as an address",
        with: { deliveryAddress: { simpleAddress: "+15550100" } },
        code: INVALID,
        property: "deliveryAddress.simpleAddress",
      },
      { name: "a kind of channel there is not", with: { type: "FAX" }, code: INVALID },
      {
        name: "a contact that does not exist",
        with: (made) => ({ contactId: `${idOf(made, "first")}-2` }),
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: PLAN,
    needs: withPeople,
    smallest: (made) => ({ contactId: idOf(made, "other"), stages: [stage(idOf(made, "first"))] }),
    id: /:contact\/other$/,
    change: (made) => ({ stages: [{ ...stage(idOf(made, "first")), durationInMinutes: 5 }] }),
    replace: (made) => ({ contactId: idOf(made, "first") }),
    spoiled: [
      { name: "no stages", with: { stages: null }, code: INVALID },
      {
        name: "a stage of an hour",
        with: { stages: [{ durationInMinutes: 60, targets: [] }] },
        code: INVALID,
        property: "stages[0].durationInMinutes",
      },
      {
        name: "a contact that does not exist",
        with: (made) => ({ stages: [stage(`${idOf(made, "first")}-2`)] }),
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: RESPONSE,
    needs: withPeople,
    smallest: (made) => ({ name: "respond", incidentTemplate, engagements: [idOf(made, "first")] }),
    id: /^arn:aws:ssm-incidents::\d{12}:response-plan\/respond$/,
    outputs: { arn: /:response-plan\/respond$/ },
    change: { displayName: "Respond", incidentTemplate: { ...incidentTemplate, impact: 1 } },
    replace: { name: "respond-again" },
    taken: { code: "ConflictException" },
    spoiled: [
      {
        name: "an impact of nine",
        with: { incidentTemplate: { ...incidentTemplate, impact: 9 } },
        code: INVALID,
        property: "incidentTemplate.impact",
      },
      { name: "no template", with: { incidentTemplate: null }, code: INVALID },
      {
        name: "a contact that does not exist",
        with: (made) => ({ engagements: [`${idOf(made, "first")}-2`] }),
        code: INVALID,
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("Incident Manager", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("does nothing in an account without a replication set, which stays while plans need it", async () => {
    const engine = await sandbox.engine();
    await expect(engine.create(CONTACT, person)).rejects.toThrow("no replication set");
    await expect(engine.create(RESPONSE, { name: "respond", incidentTemplate })).rejects.toThrow("no replication set");
    const set = await engine.create(SET, here);
    const plan = await engine.create(RESPONSE, { name: "respond", incidentTemplate });
    await expect(engine.remove(SET, set)).rejects.toThrow("ValidationException:");
    await engine.remove(RESPONSE, plan);
    await engine.remove(SET, set);
  });

  it("has one replication set in all regions of an account together", async () => {
    await (
      await sandbox.engine({ configuration: { region: "eu-west-1", allowedAccountIds: ["300000000001"] } })
    ).create(SET, here);
    const elsewhere = await sandbox.engine({
      configuration: { region: "us-east-1", allowedAccountIds: ["300000000001"] },
    });
    await expect(elsewhere.create(SET, here)).rejects.toThrow("ConflictException:");
    await elsewhere.create(CONTACT, person);
  });

  it("takes channels and plans of a contact along with it", async () => {
    const configuration = { region: "eu-west-1", allowedAccountIds: ["300000000002"] };
    const engine = await sandbox.engine({ configuration });
    await engine.create(SET, here);
    const contact = await engine.create(CONTACT, person);
    const address = { type: "EMAIL", deliveryAddress: { simpleAddress: "first@example.com" } };
    const channel = await engine.create(CHANNEL, { contactId: contact.id, name: "e-mail", ...address });
    await engine.remove(CONTACT, contact);
    expect(await engine.read(CHANNEL, channel.id, channel)).toBeUndefined();
  });
});
