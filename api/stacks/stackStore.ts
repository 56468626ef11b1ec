import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { moneyOf } from "../budgets/money.ts";
import type { Database } from "../db/database.ts";
import { type ChangedOutput, changedOutputs } from "../dependencies/dependencyStore.ts";
import { unpricedView } from "../estimates/costViews.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { cloud, door } from "../http/schemas.ts";
import { idOf, OWN_PROJECT, type Stack, type StackAddress, statusOf } from "./stack.ts";

export interface StackFilter {
  readonly team: string;
  readonly stackSet?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
  readonly project?: string | undefined;
}

/** A stack together with what an operation on it needs. */
export interface KnownStack extends Stack {
  /** Undefined for stacks that no stack set of today asks for. */
  readonly stackSetId: string | undefined;
  /** Whether the stack set asks for this region still, and is not being torn down. */
  readonly wanted: boolean;
}

const row = z.object({
  team: z.string(),
  project: z.string(),
  name: z.string(),
  stackSetId: z.string().nullable(),
  stackSet: z.string().nullable(),
  wanted: z.boolean().nullable(),
  target: z.string().nullable(),
  cloud: cloud.nullable(),
  region: z.string().nullable(),
  doors: z.array(door),
  blueprintDigest: z.string().nullable(),
  outputs: z.record(z.string(), z.unknown()),
  resourceCount: z.int(),
  suspects: z.int(),
  findings: z.int(),
  lastOperation: z.string().nullable(),
  latestKind: z.string().nullable(),
  latestStatus: z.string().nullable(),
  monthly: z.coerce.number().nullable(),
  unpriced: z.array(unpricedView).nullable(),
  regionAssumed: z.array(unpricedView).nullable(),
  costsSince: z.date().nullable(),
});

/** By project, then name. */
export async function listStacks(db: Database, request: PageRequest & StackFilter): Promise<Page<Stack>> {
  const after = positionOf(request, z.tuple([z.string(), z.string()]));
  const conditions = [
    ...equal("stack_set", request.stackSet),
    ...equal("target", request.target),
    ...equal("region", request.region),
    ...equal("project", request.project),
    ...(after === undefined ? [] : [sql`(project, name) > (${after[0]}, ${after[1]})`]),
  ];
  const rows = await read(db, { team: request.team, conditions, limit: request.pageSize + 1 });
  return toPage(rows, request, { key: ({ project, name }) => [project, name], item: toView });
}

export async function findStack(
  db: Database,
  { team, project, name }: StackAddress & { readonly team: string },
): Promise<KnownStack | undefined> {
  const conditions = [sql`project = ${project}`, sql`name = ${name}`];
  const [found] = await read(db, { team, conditions, limit: 1 });
  return found;
}

/** The stack without what only the service needs to know. */
export function toView({ stackSetId: _id, wanted: _wanted, ...view }: KnownStack): Stack {
  return view;
}

function equal(column: string, value: string | undefined): RawBuilder<unknown>[] {
  return value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
}

interface Query {
  readonly team: string;
  readonly conditions: readonly RawBuilder<unknown>[];
  readonly limit: number;
}

/**
 * The stacks that exist, and those that a stack set asks for and that are not there yet. What is read of operations and
 * updates is only their outcome. A stack's operations are those of its own stack set: the name may have had another before.
 */
async function read(db: Database, { team, conditions, limit }: Query): Promise<readonly KnownStack[]> {
  const where = sql.join([sql`true`, ...conditions], sql` and `);
  const { rows } = await sql`
    with known as (
      select s.id as stack_id, s.team, s.project, s.name, s.stack_set_id, s.target, s.region, s.doors, s.outputs, s.blueprint_digest as moved_to,
             s.resource_count, jsonb_array_length(s.suspects) as suspects
        from stacks s where s.team = ${team}
      union all
      select null, ss.team, ${OWN_PROJECT}, ss.name || '.' || ss.target || '.' || asked.region, ss.id, ss.target,
             asked.region, t.doors, '{}', null, 0, 0
        from stack_sets ss
        join targets t on t.name = ss.target
        cross join unnest(ss.regions) as asked (region)
       where ss.team = ${team} and ss.deleted_at is null and not exists (
         select 1 from stacks s where s.team = ss.team and s.project = ${OWN_PROJECT}
            and s.name = ss.name || '.' || ss.target || '.' || asked.region)
    ), described as (
      select known.*, ss.name as stack_set, coalesce(known.moved_to, ss.blueprint_digest) as blueprint_digest, t.cloud, ss.status = 'active' and known.region = any (ss.regions) as wanted
        from known
        left join stack_sets ss on ss.id = known.stack_set_id and ss.deleted_at is null
        left join targets t on t.name = known.target
    ), page as (
      select * from described where ${where} order by project, name limit ${limit}
    )
    select page.team, page.project, page.name, page.stack_set_id, page.stack_set, page.wanted, page.target, page.cloud,
           page.region, page.doors, page.blueprint_digest, page.outputs, page.resource_count, page.suspects, newest.id as last_operation,
           (select count(*)::int from findings f where f.stack_id = page.stack_id and f.status = 'open') as findings,
           case when laptop.created_at > coalesce(change.created_at, '-infinity') then laptop.kind else change.kind end
             as latest_kind,
           case when laptop.created_at > coalesce(change.created_at, '-infinity') then laptop.status else change.status end
             as latest_status,
           cost.monthly, cost.unpriced, cost.region_assumed, cost.at as costs_since
      from page
      left join lateral (
        select c.monthly, c.unpriced, c.region_assumed, c.at from stack_costs c
         where c.stack_id = page.stack_id order by c.sequence desc limit 1) cost on true
      left join lateral (
        select o.id from operations o
         where o.team = page.team and o.stack = page.name and o.stack_set_id = page.stack_set_id
         order by o.id desc limit 1) newest on true
      left join lateral (
        select o.kind, o.status, o.created_at from operations o
         where o.team = page.team and o.stack = page.name and o.stack_set_id = page.stack_set_id and o.kind <> 'preview'
         order by o.id desc limit 1) change on true
      left join lateral (
        select u.kind, u.status, u.created_at from updates u
         where u.stack_id = page.stack_id and not u.dry_run and u.operation is null
         order by u.created_at desc limit 1) laptop on true
     order by page.project, page.name`.execute(db);
  return withStale(
    db,
    rows.map((each) => toStack(row.parse(each))),
  );
}

/** Adds to each stack what it was brought up with and is no longer so. */
async function withStale(db: Database, stacks: readonly KnownStack[]): Promise<readonly KnownStack[]> {
  const changed = await changedOutputs(db, [...new Set(stacks.flatMap(({ stackSetId }) => stackSetId ?? []))]);
  return stacks.map((stack) => {
    const own = changed.filter(({ stackSetId, region }) => stackSetId === stack.stackSetId && region === stack.region);
    return own.length === 0 || stack.resourceCount === 0 ? stack : { ...stack, stale: own.map(toStaleInput) };
  });
}

function toStaleInput({ pointer, from, output, sourceRegion, old, new: now }: ChangedOutput) {
  return { input: `/inputs${pointer}`, from, output, region: sourceRegion, old, ...(now === null ? {} : { new: now }) };
}

function estimateOf(found: z.output<typeof row>): Pick<Stack, "estimate"> {
  const { monthly, unpriced, regionAssumed, costsSince } = found;
  if (monthly === null || costsSince === null) return {};
  const notes = { unpriced: unpriced ?? [], regionAssumed: regionAssumed ?? [] };
  return { estimate: { monthly: moneyOf(monthly), ...notes, since: costsSince.toISOString() } };
}

function toStack(found: z.output<typeof row>): KnownStack {
  const { team, project, name, doors, outputs, resourceCount, suspects, latestKind, latestStatus } = found;
  const latest = latestKind === null || latestStatus === null ? undefined : { kind: latestKind, status: latestStatus };
  return {
    id: idOf(found),
    name,
    team,
    project,
    ...(found.stackSet === null ? {} : { stackSet: found.stackSet }),
    ...(found.target === null ? {} : { target: found.target }),
    ...(found.cloud === null ? {} : { cloud: found.cloud }),
    ...(found.region === null ? {} : { region: found.region }),
    ...(found.blueprintDigest === null ? {} : { blueprintDigest: found.blueprintDigest }),
    status: statusOf({ resourceCount, suspects, latest }),
    outputs,
    resourceCount,
    ...(found.lastOperation === null ? {} : { lastOperation: found.lastOperation }),
    doors,
    findings: found.findings,
    ...estimateOf(found),
    stackSetId: found.stackSet === null ? undefined : (found.stackSetId ?? undefined),
    wanted: found.wanted ?? false,
  };
}
