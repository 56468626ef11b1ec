import { cloud } from "./cloud.mjs";

/** API Gateway ends a connection after two hours. Source: Amazon API Gateway developer guide, "Quotas for WebSocket APIs". */
const longestSeconds = 2 * 3600;

/** Notes who is connected. What players send is answered and not otherwise heard. */
export async function handle({ requestContext: { routeKey, connectionId } }, { clients, now }) {
  if (routeKey === "$connect") {
    await clients.putConnection({ id: connectionId, expiresAt: Math.floor(now() / 1000) + longestSeconds });
    return { statusCode: 200 };
  }
  if (routeKey === "$disconnect") {
    await clients.removeConnection(connectionId);
    return { statusCode: 200 };
  }
  return { statusCode: 200, body: JSON.stringify({ type: "alive" }) };
}

const clients = cloud();
export const handler = (event) => handle(event, { clients, now: Date.now });
