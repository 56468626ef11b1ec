import type { CredentialReference } from "./target.ts";

/** What credentials are for: looking, or changing. Sources to come give different ones. */
type CredentialPhase = "preview" | "change";

export interface CredentialSource {
  /**
   * The environment that gives a provider its credentials: fetched for one operation, kept nowhere.
   *
   * @param target where the operation goes.
   */
  forPhase(
    target: { readonly credentials: CredentialReference },
    phase: CredentialPhase,
  ): Promise<Readonly<Record<string, string>>>;
}

/** Where the AWS SDK looks for configuration, whatever the credentials are. */
const files = ["HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"];
/** Credentials that stand in the environment itself. With a profile they are left out, for the SDK would prefer them. */
const direct = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/**
 * The first two sources: none, and ambient, which passes on what the control process was itself started with. Ambient is
 * for development: the same credentials for both phases.
 */
export function createCredentialSource(environment: NodeJS.ProcessEnv): CredentialSource {
  return {
    async forPhase({ credentials }) {
      if (credentials.source === "none") return {};
      if (credentials.profile === undefined) return pick(environment, [...files, ...direct]);
      return { ...pick(environment, files), AWS_PROFILE: credentials.profile };
    },
  };
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") picked[name] = value;
  }
  return picked;
}
