import { sql } from "kysely";
import { z } from "zod";
import { packDescription } from "../../runner/packs/index.ts";
import type { Database } from "../db/database.ts";
import type { Policy } from "../policies/policy.ts";
import type { AssignedPack } from "./assignmentStore.ts";
import { packAssignmentView } from "./packAssignment.ts";

const assignment = packAssignmentView.pick({
  id: true,
  team: true,
  stackSet: true,
  target: true,
  environment: true,
  level: true,
});
const seenPack = z.object({
  name: z.string(),
  version: z.string(),
  policies: packDescription.shape.policies,
  assignments: z.array(assignment),
});
type Assignment = z.output<typeof assignment>;
type PackRule = AssignedPack["policies"][number];

const strictness = ["disabled", "advisory", "mandatory"] as const satisfies readonly Policy["level"][];

/**
 * The rules of teams' own packs as a team meets them: of each pack that it sees the newest version, and every version that is
 * enforced on any of its stacks; the newest first.
 */
export async function listOwnPolicies(db: Database, team: string): Promise<readonly Policy[]> {
  const { rows } = await sql`
    with seen as (
      select p.*, p.id = first_value(p.id) over (partition by p.name order by p.published_at desc, p.version desc, p.id) as newest,
             (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'id', a.id, 'team', a.team, 'stackSet', a.stack_set, 'target', a.target, 'environment', a.environment, 'level', a.level))
                order by a.id)
                from pack_assignments a where a.pack_id = p.id and (a.team is null or a.team = ${team})) as assignments
        from own_packs p where p.team is null or p.team = ${team})
    select name, version, policies, coalesce(assignments, '[]') as assignments
      from seen where newest or assignments is not null
     order by name, published_at desc, version desc, id`.execute(db);
  return rows.flatMap((row) => {
    const { policies, assignments, ...pack } = seenPack.parse(row);
    return policies.map((rule) => policyOf(rule, { ...pack, assignments }));
  });
}

function policyOf(
  { name, description, level, severity = "medium", remediation }: PackRule,
  pack: Pick<z.output<typeof seenPack>, "name" | "version" | "assignments">,
): Policy {
  const assignments = pack.assignments.map((each) => ({ ...each, level: levelUnder(each, level) }));
  const strictest = strictness.findLast((one) => assignments.some((each) => each.level === one));
  return {
    name,
    pack: pack.name,
    packVersion: pack.version,
    description,
    level: strictest ?? level,
    severity,
    reason: "",
    controls: [],
    remediation: remediation === undefined ? [] : [remediation],
    settings: [],
    assignments,
  };
}

/** What a pack has switched off says nothing, whatever an assignment gives to what it says. */
const levelUnder = ({ level }: Assignment, own: PackRule["level"]): PackRule["level"] =>
  own === "disabled" ? own : (level ?? own);

/** The names of the packs' rules that are asked where any of these steps are taken. */
export function ownRulesAsked(
  packs: readonly Pick<AssignedPack, "policies">[],
  steps: readonly { readonly step: string }[],
): readonly string[] {
  if (steps.every(({ step }) => step === "delete")) return [];
  return packs.flatMap(({ policies }) => policies.flatMap(({ name, level }) => (level === "disabled" ? [] : [name])));
}
