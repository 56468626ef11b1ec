import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";
import type { Need, User } from "./startRule.ts";

/** One region of a stack set, as it stands before a rollout; without one, as it stands now. */
export interface Place {
  readonly stackSetId: string;
  readonly region: string;
  readonly rollout?: string | undefined;
}

/** What the stack set's stack in this region takes of others. */
export async function needsOf(db: Database | Tx, { stackSetId, region, rollout }: Place): Promise<readonly Need[]> {
  const { rows } = await sql<Need>`
    with need as (
      select ref.pointer, ref.output, src.id as source_id, coalesce(ref.region, ${region}) as source_region,
             src.name || '.' || src.target || '.' || coalesce(ref.region, ${region}) as stack
        from stack_set_references ref join stack_sets src on src.id = ref.source_id
       where ref.stack_set_id = ${stackSetId}
    )
    select need.stack, need.output, need.pointer, coalesce(s.outputs ? need.output, false) as present,
           coalesce(change.status in ('failed', 'policy-denied', 'cancelled'), false) as failed,
           array(
             select r.id from rollouts r
              cross join lateral jsonb_array_elements(r.plan) step
               left join operations o on o.id = step ->> 'operation'
              where r.stack_set_id = need.source_id and ${openBefore(rollout)}
                and step ->> 'region' = need.source_region and step ->> 'kind' = 'up' and o.finished_at is null
           ) as coming_up
      from need
      left join stacks s on s.stack_set_id = need.source_id and s.region = need.source_region
      left join lateral (
        select o.status from operations o
         where o.stack_set_id = need.source_id and o.region = need.source_region and o.kind <> 'preview'
         order by o.id desc limit 1) change on true
     order by need.pointer`.execute(db);
  return rows;
}

/** One that refers to the output in its inputs of today, or only has it from before. */
export interface KnownUser extends User {
  readonly name: string;
  readonly refers: boolean;
}

/** Which stacks take outputs of the stack set's stack in this region. */
export async function usersOf(
  db: Database | Tx,
  { stackSetId, region, rollout }: Place,
): Promise<readonly KnownUser[]> {
  const { rows } = await sql<KnownUser>`
    with named as (
      select d.id, asked.region, d.status = 'active' as refers, false as taken
        from stack_set_references ref
        join stack_sets d on d.id = ref.stack_set_id
       cross join unnest(d.regions) as asked (region)
       where ref.source_id = ${stackSetId} and coalesce(ref.region, asked.region) = ${region}
      union all
      select t.stack_set_id, t.region, false, true
        from taken_outputs t where t.source_id = ${stackSetId} and t.source_region = ${region}
    ), user_of as (
      select id, region, bool_or(refers) as refers, bool_or(taken) as taken from named group by id, region
    )
    select d.name, d.name || '.' || d.target || '.' || u.region as stack, u.refers, u.refers or u.taken as uses,
           array(
             select r.id from rollouts r
              cross join lateral jsonb_array_elements(r.plan) step
               left join operations o on o.id = step ->> 'operation'
              where r.stack_set_id = u.id and ${openBefore(rollout)}
                and step ->> 'region' = u.region and (o.finished_at is null or u.taken)
           ) as underway
      from user_of u join stack_sets d on d.id = u.id and d.deleted_at is null
     order by d.name, u.region`.execute(db);
  return rows;
}

/** Whether the stack was brought up with outputs of others before. */
export async function stands(db: Database | Tx, { stackSetId, region }: Place): Promise<boolean> {
  const query = db.selectFrom("takenOutputs").select("pointer").where("stackSetId", "=", stackSetId);
  return (await query.where("region", "=", region).limit(1).executeTakeFirst()) !== undefined;
}

function openBefore(rollout: string | undefined): RawBuilder<unknown> {
  return rollout === undefined ? sql`r.finished_at is null` : sql`r.finished_at is null and r.id < ${rollout}`;
}
