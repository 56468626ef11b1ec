import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { archive, FUNCTION, lambdaParts, QUEUE, smallestFunction } from "./lambdaParts.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const TABLE = "aws:dynamodb/table:Table";
const INVALID = "InvalidParameterValueException";

const withFunction = async (workshop: Workshop): Promise<Made> => {
  const parts = await lambdaParts(workshop);
  const { make } = workshop;
  return {
    ...parts,
    worker: await make(FUNCTION, smallestFunction(parts)),
    slow: await make(FUNCTION, { ...smallestFunction(parts), name: "slow", timeout: 90 }),
    table: await make(TABLE, {
      name: "plan",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      streamEnabled: true,
      streamViewType: "NEW_IMAGE",
    }),
    other: await make(QUEUE, { name: "other", visibilityTimeoutSeconds: 60 }),
  };
};
const output = (made: Made, name: string, property: string) => String(made[name]?.outputs[property]);

const cases: readonly ConformanceCase[] = [
  {
    type: FUNCTION,
    needs: lambdaParts,
    smallest: smallestFunction,
    id: /^worker$/,
    outputs: {
      arn: /^arn:aws:lambda:eu-west-1:\d{12}:function:worker$/,
      invokeArn: /^arn:aws:apigateway:eu-west-1:lambda:path\/2015-03-31\/functions\/arn:.*:worker\/invocations$/,
      version: /\$LATEST/,
      timeout: 3,
      memorySize: 128,
      reservedConcurrentExecutions: -1,
    },
    change: { code: archive("b2"), timeout: 30, environment: { variables: { QUEUE: "work" } } },
    replace: { name: "other" },
    spoiled: [
      { name: "a runtime there is not", with: { runtime: "cobol85" }, code: "ValidationException" },
      { name: "an hour of time", with: { timeout: 3600 }, code: "ValidationException" },
      { name: "no code", with: { code: null }, code: INVALID },
      { name: "code without a handler", with: { handler: null }, code: INVALID },
      { name: "a variable of Lambda's own", with: { environment: { variables: { AWS_REGION: "x" } } }, code: INVALID },
      {
        name: "variables of five kilobytes",
        with: { environment: { variables: { TEXT: "x".repeat(5000) } } },
        code: INVALID,
      },
      {
        name: "a role that does not trust it",
        with: (made) => ({ role: output(made, "stranger", "arn") }),
        code: INVALID,
        at: "create",
      },
      {
        name: "dead letters to a queue that does not exist",
        with: { deadLetterConfig: { targetArn: "arn:aws:sqs:eu-west-1:100000000001:nowhere" } },
        code: INVALID,
        at: "create",
      },
      {
        name: "more than the account may reserve",
        with: { reservedConcurrentExecutions: 901 },
        code: INVALID,
        at: "create",
      },
    ],
    taken: { code: "ResourceConflictException" },
  },
  {
    type: PERMISSION,
    needs: withFunction,
    smallest: () => ({
      statementId: "bus",
      function: "worker",
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
    }),
    id: /^worker\/bus$/,
    replace: { principal: "apigateway.amazonaws.com" },
    spoiled: [
      { name: "an action that is none", with: { action: "invoke" }, code: "ValidationException" },
      {
        name: "a function that does not exist",
        with: { function: "nobody" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "ResourceConflictException" },
  },
  {
    type: MAPPING,
    needs: withFunction,
    smallest: (made) => ({ functionName: "worker", eventSourceArn: output(made, "queue", "arn"), batchSize: 10 }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { functionArn: /:function:worker$/, state: "Enabled" },
    change: { batchSize: 5, functionResponseTypes: ["ReportBatchItemFailures"] },
    replace: (made) => ({ eventSourceArn: output(made, "other", "arn") }),
    spoiled: [
      { name: "a function that does not exist", with: { functionName: "nobody" }, code: INVALID, at: "create" },
      {
        name: "a queue that does not exist",
        with: { eventSourceArn: "arn:aws:sqs:eu-west-1:100000000001:nowhere" },
        code: INVALID,
        at: "create",
      },
      { name: "a function slower than its queue", with: { functionName: "slow" }, code: INVALID, at: "create" },
      {
        name: "a stream without a beginning",
        with: (made) => ({ eventSourceArn: output(made, "table", "streamArn") }),
        code: INVALID,
        property: "startingPosition",
      },
      {
        name: "a stream that the role may not read",
        with: (made) => ({ eventSourceArn: output(made, "table", "streamArn"), startingPosition: "LATEST" }),
        code: INVALID,
        at: "create",
      },
    ],
    taken: { code: "ResourceConflictException" },
  },
];

conformance(cases);

describe("a function", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  const workshop = async (): Promise<Workshop> => {
    const engine = await sandbox.engine();
    return { engine, make: (type, inputs) => engine.create(type, inputs), next: () => 0 };
  };

  it("must be allowed to write its dead letters, and takes its permissions along", async () => {
    const shop = await workshop();
    const parts = await lambdaParts(shop, ["sqs:ReceiveMessage"]);
    const inputs = { ...smallestFunction(parts), deadLetterConfig: { targetArn: output(parts, "queue", "arn") } };
    await expect(shop.make(FUNCTION, inputs)).rejects.toThrow("permissions to call SendMessage on SQS");
    const worker = await shop.make(FUNCTION, smallestFunction(parts));
    const statement = { statementId: "bus", action: "lambda:InvokeFunction", principal: "events.amazonaws.com" };
    const permission = await shop.make(PERMISSION, { ...statement, function: "worker" });
    await shop.engine.remove(FUNCTION, worker);
    expect(await shop.engine.read(PERMISSION, permission.id)).toBeUndefined();
  });
});
