import { sql } from "kysely";
import type { QuotaDemand } from "../../programs/blueprint.ts";
import { type Fault, Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import { quotaFaults, sumDemands } from "./quotaFaults.ts";
import type { QuotaSource } from "./quotaSource.ts";

/** A stack set as far as it takes from quotas. */
export interface DemandingSet {
  readonly team: string;
  readonly name: string;
  readonly blueprint: string;
  readonly blueprintDigest: string;
  readonly inputs: unknown;
  readonly cloud: string;
  readonly account: string;
  readonly environment: string;
  readonly regions: readonly string[];
}

export interface QuotaCheck {
  /**
   * @returns whether every region's quotas could be asked for.
   * @throws Problem `quota-exceeded` with a pointer to the input that asks for too much, and what would fit; `unavailable` when the
   * sandbox, whose quotas count, does not answer.
   */
  require(tx: Tx, set: DemandingSet): Promise<"checked" | "not checked">;
}

export interface QuotaCheckDeps {
  readonly source: QuotaSource;
  /** What inputs ask for; nothing when they do not fit the blueprint's schema. */
  readonly demandsOf: (
    artefact: { readonly name: string; readonly digest: string },
    asked: Pick<DemandingSet, "inputs" | "environment">,
  ) => readonly QuotaDemand[];
}

export function createQuotaCheck({ source, demandsOf }: QuotaCheckDeps): QuotaCheck {
  /** What the other stack sets of the account have asked for there, whoever's they are. */
  async function othersOf(tx: Tx, set: DemandingSet): Promise<readonly Other[]> {
    const others = await tx
      .selectFrom("stackSets")
      .innerJoin("targets", "targets.name", "stackSets.target")
      .select(["stackSets.team", "stackSets.name", "stackSets.blueprint", "stackSets.blueprintDigest"])
      .select(["stackSets.inputs", "stackSets.regions", "targets.environment"])
      .where("targets.cloud", "=", set.cloud)
      .where("targets.account", "=", set.account)
      .where("stackSets.deletedAt", "is", null)
      .execute();
    return others
      .filter(({ team, name, regions }) => !(team === set.team && name === set.name) && overlaps(regions, set.regions))
      .map((other) => ({ regions: other.regions, demands: demandsOf(artefactOf(other), other) }));
  }

  return {
    async require(tx, set) {
      const demands = demandsOf(artefactOf(set), set);
      if (demands.length === 0) return "checked";
      await takeTurns(tx, set);
      const others = await othersOf(tx, set);
      const faults: Fault[] = [];
      let outcome: "checked" | "not checked" = "checked";
      for (const region of set.regions) {
        const limits = await source({ cloud: set.cloud, account: set.account, region });
        const there = others.filter(({ regions }) => regions.includes(region));
        const promised = sumDemands(there.flatMap((other) => other.demands));
        if (limits === undefined) outcome = "not checked";
        else faults.push(...quotaFaults(demands, { region, limits, promised }));
      }
      const [first] = faults;
      if (first === undefined) return outcome;
      throw new Problem("quota-exceeded", `${first.pointer}: ${first.detail}`, { errors: faults });
    },
  };
}

interface Other {
  readonly regions: readonly string[];
  readonly demands: readonly QuotaDemand[];
}

/** Two teams that ask at once would each find the other's share free. */
async function takeTurns(tx: Tx, { cloud, account }: DemandingSet): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quotas of ${cloud} ${account}`}, 0))`.execute(tx);
}

function overlaps(one: readonly string[], other: readonly string[]): boolean {
  return one.some((region) => other.includes(region));
}

function artefactOf(set: Pick<DemandingSet, "blueprint" | "blueprintDigest">) {
  return { name: set.blueprint, digest: set.blueprintDigest };
}
