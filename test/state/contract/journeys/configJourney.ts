import type { Journey } from "../support/journey.ts";

const PROGRAM = `
const config = new pulumi.Config();
exports.plain = config.get("plain");
exports.hidden = config.getSecret("hidden");
exports.nested = config.getObject("nested");
`;

/** Without a terminal the CLI reads the new passphrase from its input, which is empty. */
const NEW = { PULUMI_CONFIG_PASSPHRASE: "" };

export const configJourney: Journey = {
  name: "configuration, and who keeps its secrets",
  steps: [
    { run: "stack init dev", program: PROGRAM },
    "config set plain value",
    "config set --secret hidden hush-hush",
    "config set --path nested.list[0] first",
    "config set-all --plaintext one=1 --secret two=2",
    "config get plain",
    "config get hidden",
    "config get --json hidden",
    { run: "config get missing", exit: 1 },
    "config",
    "config --json",
    "config --show-secrets",
    "config rm one",
    "config rm-all two",
    "up --yes --skip-preview",
    "config set plain changed",
    "stack export --file state.json",
    "stack import --file state.json",
    "config refresh",
    "config set plain changed",
    "config refresh --force",
    "config get plain",
    "config get hidden",
    "stack init copy --copy-config-from dev",
    "config cp --dest copy -s dev",
    "config --json --show-secrets -s copy",
    "stack select dev",
    "stack change-secrets-provider passphrase",
    { run: "config get hidden", env: NEW },
    { run: "stack output --json --show-secrets", env: NEW },
    { run: "preview --expect-no-changes", env: NEW },
    { run: "stack change-secrets-provider default", env: NEW },
    { run: "config get hidden", env: NEW },
    { run: "stack output --json --show-secrets", env: NEW },
    { run: "config env add missing/environment --yes", exit: 1 },
    { run: "destroy --yes --skip-preview", env: NEW },
    "stack rm --yes --preserve-config",
    "stack rm --yes copy",
  ],
};
