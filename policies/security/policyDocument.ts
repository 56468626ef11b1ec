interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
}

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `*`, `**` and `*:*` are the same to IAM. */
const isWildcard = (value: unknown): boolean => typeof value === "string" && /^[*]+(:[*]+)?$/.test(value);

/** What `NotAction` and `NotResource` leave out is little beside what they let in, so both count as wildcards. */
const grantsAll = (statement: Statement): boolean =>
  statement.Effect === "Allow" &&
  (list(statement.Action).some(isWildcard) || statement.NotAction !== undefined) &&
  (list(statement.Resource).some(isWildcard) || statement.NotResource !== undefined);

/** Parses a document given as JSON text or as an object; `undefined` when it is neither. */
const parseDocument = (document: unknown): { readonly Statement?: unknown } | undefined => {
  if (typeof document === "object" && document !== null) return document;
  try {
    const parsed: unknown = JSON.parse(String(document));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** Says what is wrong with an IAM policy document, if anything is. */
export function administratorFault(document: unknown): string | undefined {
  const parsed = parseDocument(document);
  if (parsed === undefined) return "is not a JSON document";
  return list(parsed.Statement).some((statement) => grantsAll(statement as Statement)) // each field is read as unknown
    ? "allows every action on every resource"
    : undefined;
}

/** AWS's own policies that do the same, in any partition. */
export const isAdministratorPolicy = (arn: unknown): boolean =>
  typeof arn === "string" && /^arn:[\w-]+:iam::aws:policy\/AdministratorAccess$/.test(arn);
