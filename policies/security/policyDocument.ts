/** A statement as far as rules read it: each field as it came. */
export interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** What IAM takes as one or as a list of it. */
export const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `*`, `**` and `*:*` are the same to IAM. */
const isWildcard = (value: unknown): boolean => typeof value === "string" && /^[*]+(:[*]+)?$/.test(value);

/** Every resource, or all but some, which is little beside what it lets in. */
export const grantsEveryResource = (statement: Statement): boolean =>
  list(statement.Resource).some(isWildcard) || statement.NotResource !== undefined;

const grantsAll = (statement: Statement): boolean =>
  (list(statement.Action).some(isWildcard) || statement.NotAction !== undefined) && grantsEveryResource(statement);

const textOf = (document: string): { readonly Statement?: unknown } | undefined => {
  try {
    const parsed: unknown = JSON.parse(document);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** Several rules read the document of one resource, and parsing it costs more than all of them. */
const parsedOf = new WeakMap<object, Map<string, readonly Statement[] | undefined>>();

/**
 * The statements of a document, given as JSON text or as an object; `undefined` when it is neither.
 *
 * @param owner the inputs that the document stands in: a text is parsed once for each
 */
export function statementsOf(owner: object, document: unknown): readonly Statement[] | undefined {
  if (typeof document === "object" && document !== null) return statementsIn(document);
  if (typeof document !== "string") return undefined;
  const known = parsedOf.get(owner) ?? new Map<string, readonly Statement[] | undefined>();
  if (known.has(document)) return known.get(document);
  const parsed = textOf(document);
  const statements = parsed && statementsIn(parsed);
  parsedOf.set(owner, known.set(document, statements));
  return statements;
}

const statementsIn = ({ Statement: found }: { readonly Statement?: unknown }): readonly Statement[] =>
  list(found).filter((item) => typeof item === "object" && item !== null) as readonly Statement[]; // each field is read as unknown

/** The statements that let somebody do something. */
export const allowsOf = (owner: object, document: unknown): readonly Statement[] =>
  (statementsOf(owner, document) ?? []).filter(({ Effect }) => Effect === "Allow");

/** Says what is wrong with an IAM policy document, if anything is. */
export function administratorFault(owner: object, document: unknown): string | undefined {
  if (statementsOf(owner, document) === undefined) return "is not a JSON document";
  return allowsOf(owner, document).some(grantsAll) ? "allows every action on every resource" : undefined;
}

/** AWS's own policies that do the same, in any partition. */
export const isAdministratorPolicy = (arn: unknown): boolean =>
  typeof arn === "string" && /^arn:[\w-]+:iam::aws:policy\/AdministratorAccess$/.test(arn);
