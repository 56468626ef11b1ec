import { numberPerEnvironment } from "../setting.ts";

/** Above what the limits on the size and number of machines of one group come to at half of its range. */
export const mostForOne = numberPerEnvironment(
  {
    name: "mostMonthly",
    description: "the most that one resource may cost, in US dollars a month",
    initial: { development: 5_000, staging: 25_000, production: 500_000 },
  },
  { minimum: 0 },
);

/** Twice what its dearest resource may cost. */
export const mostForStack = numberPerEnvironment(
  {
    name: "mostMonthly",
    description: "the most that a stack may cost, in US dollars a month",
    initial: { development: 10_000, staging: 50_000, production: 1_000_000 },
  },
  { minimum: 0 },
);
