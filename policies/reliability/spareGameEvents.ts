import { onDeletion, rule } from "../rule.ts";
import { numberSetting } from "../setting.ts";
import { stackType } from "./stackType.ts";

const HOUR_MS = 3_600_000;

const hoursBefore = numberSetting(
  { name: "hoursBefore", description: "how many hours before a game event its window opens", initial: 12 },
  { minimum: 0, maximum: 168 },
);

export const spareGameEvents = rule({
  name: "reliability-spare-game-events",
  description: "No production stack must be torn down inside the window of a game event, nor a part of it destroyed.",
  reason:
    "Players come for the event, capacity is planned for it to the minute, and what is torn down is not back in time.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.IR-04"], wellArchitected: ["OPS06-BP01"] },
  remediation: [
    "Wait until the event is over: GET /v1/game-events lists them.",
    "If it cannot wait, ask for an exemption of this policy for the stack, and have another person approve it.",
  ],
  settings: [hoursBefore],
  check: onDeletion([stackType], (_, report, { context: { environment, teardown }, setting }) => {
    if (environment !== "production" || teardown === undefined) return;
    const now = Date.parse(teardown.now);
    for (const { name, startsAt, endsAt } of teardown.gameEvents) {
      const opens = Date.parse(startsAt) - setting(hoursBefore) * HOUR_MS;
      if (opens <= now && now < Date.parse(endsAt))
        report(`the game event ${name} lasts from ${startsAt} to ${endsAt}, and its window is open`);
    }
  }),
});
