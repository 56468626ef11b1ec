/** The clients of handlers, as far as tests stand in for them. */
export type Clients = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

interface Handlers {
  readonly api: { handle(request: unknown, parts: unknown): Promise<Answer> };
  readonly authorise: {
    handle(
      event: unknown,
      parts: unknown,
    ): Promise<{ readonly policyDocument: { readonly Statement: readonly { readonly Effect: string }[] } }>;
    issuerKeys(
      issuer: string,
      fetchJson: (url: string) => Promise<unknown>,
      now: () => number,
    ): (kid: string) => Promise<unknown>;
  };
  readonly configuration: {
    liveConfiguration(
      clients: { configuration(profileId: string): Promise<string> },
      env: Readonly<Record<string, string>>,
      now?: () => number,
    ): { isOn(toggle: string): Promise<boolean>; eventKinds(): Promise<unknown> };
    variantFor(
      kind: unknown,
      platform: string,
      needs: readonly string[],
    ): { readonly name: string; readonly ruleset: string } | undefined;
  };
  readonly plan: { handle(event: unknown, parts: unknown): Promise<{ readonly near: number; readonly made: number }> };
  readonly run: {
    handle(
      event: unknown,
      parts: unknown,
    ): Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;
  };
  readonly socket: { handle(event: unknown, parts: unknown): Promise<{ readonly statusCode: number }> };
}

/** A handler as the cloud loads it: plain JavaScript, whose types stand here because that language has none. */
export function loadHandler<Name extends keyof Handlers>(name: Name): Promise<Handlers[Name]> {
  return import(new URL(`../../../programs/event-service/handlers/${name}.mjs`, import.meta.url).href);
}
