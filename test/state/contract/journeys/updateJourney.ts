import type { Journey } from "../support/journey.ts";
import { THREE_THINGS } from "./stackJourney.ts";

const urn = (name: string) => `urn:pulumi:dev::game::test:index:Thing::${name}`;
const LARGER = THREE_THINGS.replace("size: 2", "size: 20");
const WITH_FOUND = `${THREE_THINGS}Thing("found", "test:index:Thing", { size: 9 }, { dependsOn: [c] });\n`;

export const updateJourney: Journey = {
  name: "updates of every kind",
  steps: [
    { run: "stack init dev", program: THREE_THINGS },
    "preview --save-plan plan.json",
    "up --yes --skip-preview --plan plan.json",
    { run: "preview --diff", program: LARGER },
    { run: "up --yes --skip-preview --plan plan.json", exit: 1, unsteady: "how far it comes before the plan stops it" },
    `up --yes --skip-preview --target ${urn("a")}`,
    `up --yes --skip-preview --target ${urn("b")} --target-dependents`,
    `up --yes --skip-preview --replace ${urn("c")} --message replaced`,
    { run: "up --yes --refresh --skip-preview", unsteady: "whether outputs that did not change are shown again" },
    "refresh --preview-only",
    `refresh --yes --skip-preview --target ${urn("a")}`,
    "refresh --yes --skip-preview --expect-no-changes",
    "import test:index:Thing found found-1 --yes --generate-code=false --protect=false",
    { run: "up --yes --skip-preview", program: WITH_FOUND },
    { run: "preview", program: `${LARGER}throw new Error("no further");`, exit: 1 },
    { run: "up --yes --skip-preview", program: `${LARGER}throw new Error("no further");`, exit: 1 },
    { run: "up --yes", program: "this is no program", exit: 1 },
    { run: "up --yes --skip-preview --expect-no-changes", program: THREE_THINGS, exit: 7 },
    { run: `destroy --yes --skip-preview --target ${urn("a")}`, exit: 1 },
    `destroy --yes --skip-preview --target ${urn("b")} --target-dependents`,
    "destroy --preview-only",
    "destroy --yes --skip-preview --run-program",
    "stack history --json",
    "destroy --yes --skip-preview",
    "stack rm --yes",
  ],
};

const BASE = `exports.address = "10.0.0.1"; exports.key = pulumi.secret("hush");`;
const ABOVE = `
const base = new pulumi.StackReference(pulumi.getOrganization() + "/game/base");
Thing("door", "test:index:Thing", { address: base.getOutput("address"), key: base.getOutput("key") });
exports.address = base.requireOutput("address");
`;

export const referenceJourney: Journey = {
  name: "a stack that reads another",
  steps: [
    "stack init base",
    { run: "up --yes --skip-preview", program: BASE },
    "stack init above",
    { run: "up --yes", program: ABOVE },
    "stack output --json",
    "refresh --yes --skip-preview",
    "destroy --yes --skip-preview",
    "stack rm --yes",
    "stack rm --yes base --force",
    "stack init above",
    { run: "up --yes --skip-preview", exit: 1 },
  ],
};
