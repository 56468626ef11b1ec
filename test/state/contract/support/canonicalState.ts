type Json = Readonly<Record<string, unknown>>;

/** Members that differ from run to run by nature, or name the backend. */
const changing = ["created", "modified", "ciphertext", "manifest", "secrets_providers"];

/**
 * A deployment as it is compared between two backends. What the engine invents anew in each run (the ids of providers,
 * times) and how secrets are sealed is left out; that a value is a secret stays, and so does the order of resources.
 */
export function canonicalState(deployment: unknown): unknown {
  const plain = JSON.stringify(withoutEmpty(deployment), (key, value) => {
    if (changing.includes(key)) return undefined;
    return key === "propertyDependencies" ? someOf(value) : value;
  });
  return JSON.parse(
    plain
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
      .replaceAll(/(?<="|::)(?:organization|studio)\//g, "<org>/"),
  );
}

/** Properties that depend on nothing are named by some and left out by others. */
function someOf(dependencies: unknown): Json | undefined {
  const kept = withoutEmpty(dependencies);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** Empty lists and objects are written by some and left out by others here; both mean the same to the engine. */
function withoutEmpty(deployment: unknown): Json {
  const given = Object.entries((deployment ?? {}) as Json); // a JSON object, or none
  return Object.fromEntries(
    given.filter(([, value]) => value !== null && (typeof value !== "object" || Object.keys(value).length > 0)),
  );
}
