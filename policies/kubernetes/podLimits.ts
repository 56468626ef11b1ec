import { numberPerEnvironment } from "../setting.ts";

/** What the largest group of machines of the environment (`cost-limit-fleets`) holds at one processor a pod, rounded. */
export const mostReplicas = numberPerEnvironment(
  {
    name: "mostReplicas",
    description: "the most pods or game servers that one autoscaler may ask for",
    initial: { development: 200, staging: 1000, production: 20_000 },
  },
  { minimum: 1 },
);
