/**
 * How long a physical name may be, by kind, in characters.
 * Sources: the API references of Elastic Load Balancing (load balancer and target group: 32), Amazon S3 (bucket: 63, lower-case),
 * IAM (role: 64), AWS Backup (vault, plan, selection: 50), EventBridge (archive: 48), X-Ray (group and sampling rule: 32), EKS (cluster: 100, node group: 63), CloudWatch (alarm: 255, dashboard: 255), AWS Budgets (100).
 * `other` is the shortest of those that have no limit of their own here.
 */
export const nameLimits = {
  loadBalancer: 32,
  targetGroup: 32,
  bucket: 63,
  nodeGroup: 63,
  backup: 50,
  role: 64,
  archive: 48,
  trace: 32,
  other: 64,
} as const;

export type NameKind = keyof typeof nameLimits;

export interface NameParts {
  readonly stackSet: string;
  /** What the thing is to its stack, such as `lobby-blue`. */
  readonly role: string;
  /** Tells apart the stacks that share an account: eight hexadecimal digits, random, held in the state. */
  readonly suffix: string;
}

/** S3 reserves some beginnings (`xn--`, `sthree-`, `amzn-s3-demo-`); Elastic Load Balancing reserves `internal-`. A prefix avoids both. */
const prefixes: Partial<Record<NameKind, string>> = { bucket: "meridian-", loadBalancer: "m-" };

/**
 * The physical name `<stack set>-<role>-<suffix>`. What is too long is cut from the stack set's name, never from the role or the
 * suffix, which alone make it unique. Throws RangeError when role and suffix leave no room for at least one character of it.
 */
export function physicalName(kind: NameKind, { stackSet, role, suffix }: NameParts): string {
  const prefix = prefixes[kind] ?? "";
  const tail = `-${role}-${suffix}`;
  const room = nameLimits[kind] - prefix.length - tail.length;
  if (room < 1)
    throw new RangeError(`the role "${role}" leaves no room in a ${kind} name of ${nameLimits[kind]} characters`);
  return `${prefix}${stackSet.slice(0, room).replace(/-+$/, "")}${tail}`;
}
