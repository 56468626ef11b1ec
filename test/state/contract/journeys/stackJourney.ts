import type { Journey } from "../support/journey.ts";

/** Three things, each after the one before: others would stand in the order in which they happened to be made. */
export const THREE_THINGS = `
const a = Thing("a", "test:index:Thing", { size: 1 });
const b = Thing("b", "test:index:Thing", { size: 2 }, { dependsOn: [a] });
const c = Thing("c", "test:index:Thing", { size: 3, password: pulumi.secret("hush") }, { dependsOn: [b] });
exports.name = "game";
exports.token = pulumi.secret("hush");
`;

export const stackJourney: Journey = {
  name: "a stack from login to removal",
  steps: [
    "login",
    "whoami",
    { run: "stack init dev", program: THREE_THINGS },
    { run: "stack init dev", exit: 1 },
    "stack init other",
    "stack select dev",
    { run: "stack select nowhere", exit: 6 },
    "stack unselect",
    { run: "stack output", exit: 1 },
    "stack select ORG/game/dev",
    "stack ls",
    "stack ls --json",
    "preview",
    { run: "preview --expect-no-changes", exit: 7 },
    "preview --json",
    "up --yes",
    "preview --expect-no-changes",
    "stack",
    "stack --show-urns --show-ids",
    "stack get",
    "stack output",
    "stack output name",
    "stack output --json --show-secrets",
    "stack output --shell",
    { run: "stack output missing", exit: 1 },
    "stack graph graph.dot",
    "stack history",
    "stack history --json --full-dates",
    "stack tag set colour red",
    "stack tag get colour",
    "stack tag ls",
    "stack tag rm colour",
    { run: "stack tag get colour", exit: 1 },
    "stack export --file state.json",
    "stack import --file state.json",
    { run: "stack import --file broken.json", file: ["broken.json", "{"], exit: 1 },
    "project ls",
    "logs",
    "refresh --yes",
    "stack rename renamed",
    "preview --expect-no-changes",
    { run: "stack rename other", exit: 1 },
    "stack rename ORG/game/dev",
    "up --yes --skip-preview",
    { run: "stack rm --yes", exit: 1 },
    "destroy --yes",
    "stack history --json",
    "stack rm --yes",
    { run: "stack rm --yes nowhere", exit: 6 },
    "stack ls --json",
    "logout",
  ],
};
