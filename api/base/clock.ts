/** The time, passed in, so that a test can replay a month in seconds with the code that runs live. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
