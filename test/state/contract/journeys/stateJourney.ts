import type { Journey } from "../support/journey.ts";
import { THREE_THINGS } from "./stackJourney.ts";

const urn = (name: string) => `urn:pulumi:dev::game::test:index:Thing::${name}`;

/** A URN of the wrong stack, a missing parent: what an editor of state gets wrong. */
const INVALID = JSON.stringify({
  version: 3,
  deployment: {
    manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
    resources: [{ urn: urn("lost"), type: "test:index:Thing", custom: false, parent: urn("nobody") }],
  },
});

export const stateJourney: Journey = {
  name: "state, edited by hand",
  steps: [
    { run: "stack init dev", program: THREE_THINGS },
    "stack init elsewhere --no-select",
    "up --yes --skip-preview",
    `state get ${urn("a")}`,
    `state protect ${urn("c")} --yes`,
    { run: "up --yes --skip-preview", program: THREE_THINGS.replace(/^const c .*$/m, ""), exit: 1 },
    "destroy --yes --exclude-protected --skip-preview",
    `state unprotect ${urn("c")} --yes`,
    { run: "up --yes --skip-preview", program: THREE_THINGS },
    "state protect --all --yes",
    { run: "destroy --yes --skip-preview", exit: 1 },
    "state unprotect --all --yes",
    `state taint ${urn("c")} --yes`,
    "up --yes --skip-preview",
    `state taint ${urn("a")} --yes`,
    "state untaint --all --yes",
    "preview --expect-no-changes",
    { run: `state delete ${urn("a")} --yes`, exit: 1 },
    `state delete ${urn("b")} --target-dependents --yes`,
    { run: `state delete ${urn("b")} --yes`, exit: 1 },
    `state rename ${urn("a")} first --yes`,
    { run: `state rename ${urn("a")} again --yes`, exit: 1 },
    `state move --source dev --dest elsewhere ${urn("first")} --yes`,
    "stack output -s elsewhere",
    "state repair --yes",
    { run: "stack import --file invalid.json", file: ["invalid.json", INVALID], exit: 1 },
    "stack import --file invalid.json --force",
    "state repair --yes",
    "state upgrade --yes",
    { run: "up --yes --skip-preview", program: THREE_THINGS },
    { run: "stack rm --yes", exit: 1 },
    "stack rm --yes --force",
    "destroy --yes --remove --skip-preview -s elsewhere",
  ],
};
