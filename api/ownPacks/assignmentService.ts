import { type Caller, requirePermission } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Page, PageRequest } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { deleteAssignment, findAssignment, insertAssignment, listAssignments } from "./assignmentStore.ts";
import { findPack, lockPackName } from "./ownPackStore.ts";
import type { AssignPack, PackAssignmentView } from "./packAssignment.ts";

export interface AssignmentService {
  /** Those that concern a team: its own, and everyone's. */
  list(
    db: Database,
    request: PageRequest & { readonly caller: Caller; readonly team?: string | undefined },
  ): Promise<Page<PackAssignmentView>>;
  get(db: Database, id: string, caller: Caller): Promise<PackAssignmentView>;
  /** Enforces one version of a pack where its scope says, from now on. */
  assign(tx: Tx, request: AssignPack, caller: Caller): Promise<PackAssignmentView>;
  remove(tx: Tx, id: string, caller: Caller): Promise<PackAssignmentView>;
}

export function createAssignmentService(clock: Clock): AssignmentService {
  async function get(db: Database, id: string, caller: Caller): Promise<PackAssignmentView> {
    const found = await findAssignment(db, id);
    const hidden = found?.team !== undefined && caller.team !== undefined && found.team !== caller.team;
    if (found === undefined || hidden) throw absent("pack assignment", id);
    return found;
  }

  return {
    get,
    list: (db, { caller, team, ...page }) => listAssignments(db, { ...page, team: teamOf(caller, team) }),
    async assign(tx, { pack, version, everyone, team: asked, ...scope }, caller) {
      if (everyone) requirePermission(caller, "administer");
      const team = everyone ? undefined : teamOf(caller, asked);
      if (team !== undefined) await requireTeam(tx, team);
      await lockPackName(tx, pack); // so that nobody removes it meanwhile
      const found = await findPack(tx, { team }, { name: pack, version });
      if (found === undefined) {
        const whose = everyone ? "everyone's policy pack" : "policy pack";
        throw absent(`version ${version} of ${whose}`, pack);
      }
      const id = newId("pa");
      const imposed = caller.role === "admin";
      const about = { id, packId: found.id, ...(team === undefined ? {} : { team }), ...scope, imposed };
      await insertAssignment(tx, { ...about, assignedBy: caller.name, assignedAt: clock.now() });
      return get(tx, id, caller);
    },
    async remove(tx, id, caller) {
      const found = await get(tx, id, caller);
      if (found.imposed && caller.role !== "admin") {
        const detail = `An admin put the pack ${found.pack} ${found.version} in force: ask an admin to take it away.`;
        throw new Problem("forbidden", detail, { facts: { role: caller.role } });
      }
      await deleteAssignment(tx, id);
      return found;
    },
  };
}
