// Every word with the cloud that handlers speak, by the SDK that the runtime brings. Handlers are given this and nothing else, so that
// tests give them something else.

const scheduleNameLimit = 64;

/** Loads only what a handler asks for: a cold start costs by the client. */
export function cloud(env = process.env) {
  const once = new Map();
  const client = (name, make) => {
    if (!once.has(name)) once.set(name, make());
    return once.get(name);
  };
  const documents = () =>
    client("documents", async () => {
      const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
      const { DynamoDBDocument } = await import("@aws-sdk/lib-dynamodb");
      return DynamoDBDocument.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
    });
  return { ...gameEvents(documents, env), ...connections(documents, env), ...others(client, env) };
}

function gameEvents(documents, env) {
  const TableName = env.SCHEDULE_TABLE;
  return {
    async gameEvent(id) {
      const { Item } = await (await documents()).get({ TableName, Key: { id }, ConsistentRead: true });
      return Item;
    },
    /** Writes one whose revision is one more than what stands; answers whether it did. */
    async putGameEvent(gameEvent) {
      const before = gameEvent.revision - 1;
      const condition =
        before === 0
          ? { ConditionExpression: "attribute_not_exists(id)" }
          : { ConditionExpression: "revision = :before", ExpressionAttributeValues: { ":before": before } };
      return conditionally((await documents()).put({ TableName, Item: gameEvent, ...condition }));
    },
    async gameEventsOfDay(day) {
      const request = { TableName, IndexName: "by-day", KeyConditionExpression: "#day = :day" };
      const names = { ExpressionAttributeNames: { "#day": "day" }, ExpressionAttributeValues: { ":day": day } };
      const found = [];
      let ExclusiveStartKey;
      do {
        const page = await (await documents()).query({ ...request, ...names, ExclusiveStartKey });
        found.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },
  };
}

function connections(documents, env) {
  const TableName = env.CONNECTION_TABLE;
  return {
    async putConnection(connection) {
      await (await documents()).put({ TableName, Item: connection });
    },
    async removeConnection(id) {
      await (await documents()).delete({ TableName, Key: { id } });
    },
    async *connections() {
      let ExclusiveStartKey;
      do {
        const page = await (await documents()).scan({ TableName, ExclusiveStartKey });
        for (const { id } of page.Items ?? []) yield id;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },
  };
}

function others(client, env) {
  const schedules = () =>
    client("schedules", async () => {
      const sdk = await import("@aws-sdk/client-scheduler");
      return { ...sdk, client: new sdk.SchedulerClient({}) };
    });
  return {
    /** Makes a schedule that goes when it has fired; answers false when it is there already. */
    async schedule({ name, at, detail }) {
      if (name.length > scheduleNameLimit)
        throw new Error(`schedule names have at most ${scheduleNameLimit} characters: ${name}`);
      const { client: scheduler, CreateScheduleCommand } = await schedules();
      const Input = JSON.stringify(detail);
      const request = new CreateScheduleCommand({
        Name: name,
        GroupName: env.SCHEDULE_GROUP,
        ScheduleExpression: `at(${at.slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        KmsKeyArn: env.KEY_ARN,
        Target: {
          Arn: env.EVENT_BUS_ARN,
          RoleArn: env.SCHEDULE_ROLE_ARN,
          Input,
          EventBridgeParameters: { Source: "meridian.game-events", DetailType: detail.phase },
          DeadLetterConfig: { Arn: env.DELIVERY_DEAD_LETTERS_ARN },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
        },
      });
      return scheduler.send(request).then(
        () => true,
        (error) => {
          if (error.name === "ConflictException") return false;
          throw error;
        },
      );
    },
    async unschedule(name) {
      const { client: scheduler, DeleteScheduleCommand } = await schedules();
      await scheduler.send(new DeleteScheduleCommand({ Name: name, GroupName: env.SCHEDULE_GROUP })).catch((error) => {
        if (error.name !== "ResourceNotFoundException") throw error;
      });
    },
    /** The text of a profile of AppConfig. The service charges by the call: callers keep what they got for a while. */
    async configuration(profileId) {
      const { AppConfigDataClient, StartConfigurationSessionCommand, GetLatestConfigurationCommand } = await import(
        "@aws-sdk/client-appconfigdata"
      );
      const data = await client("configuration", async () => new AppConfigDataClient({}));
      const environment = profileId === env.TOGGLES_PROFILE ? env.TOGGLES_ENVIRONMENT : env.VARIANTS_ENVIRONMENT;
      const session = new StartConfigurationSessionCommand({
        ApplicationIdentifier: env.CONFIGURATION_APPLICATION,
        EnvironmentIdentifier: environment,
        ConfigurationProfileIdentifier: profileId,
      });
      const { InitialConfigurationToken } = await data.send(session);
      const { Configuration } = await data.send(
        new GetLatestConfigurationCommand({ ConfigurationToken: InitialConfigurationToken }),
      );
      return new TextDecoder().decode(Configuration);
    },
    /** Sends to one player; answers false when that player has gone. */
    async tell(connectionId, message) {
      const sdk = await import("@aws-sdk/client-apigatewaymanagementapi");
      const api = await client(
        "sockets",
        async () => new sdk.ApiGatewayManagementApiClient({ endpoint: env.SOCKET_ENDPOINT }),
      );
      const request = new sdk.PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) });
      return api.send(request).then(
        () => true,
        (error) => {
          if (error.name === "GoneException") return false;
          throw error;
        },
      );
    },
  };
}

async function conditionally(request) {
  try {
    await request;
    return true;
  } catch (error) {
    if (error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
