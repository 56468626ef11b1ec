import { z } from "zod";
import type { PackArtefact, PackDescription, PackKeeper } from "../../runner/packs/index.ts";
import { PackError } from "../../runner/packs/index.ts";
import { type Caller, requirePermission } from "../base/caller.ts";
import { Problem } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import { policyCatalogue } from "../gate/index.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { absent } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import type { OwnPackView, PublishPack } from "./ownPack.ts";
import {
  findPack,
  insertPack,
  listPacks,
  listPackVersions,
  lockPackName,
  ownersOf,
  packPosition,
} from "./ownPackStore.ts";
import { deletePack, findHolders, findRemovedDigest, type OwnedVersion } from "./packRemovalStore.ts";
import { receivePack, refusedPack } from "./receivedPack.ts";

interface Asking {
  readonly caller: Caller;
  readonly team?: string | undefined;
}

export interface OwnPackService {
  /** The newest version of each pack that the team sees. */
  list(db: Database, request: PageRequest & Asking): Promise<Page<OwnPackView>>;
  get(db: Database, request: Asking & { readonly name: string }): Promise<OwnPackView>;
  versions(db: Database, request: PageRequest & Asking & { readonly name: string }): Promise<Page<OwnPackView>>;
  version(db: Database, request: Asking & { readonly name: string; readonly version: string }): Promise<OwnPackView>;
  /** Loads the pack in a process of its own and keeps it under the name and version that it gives itself. */
  publish(
    tx: Tx,
    request: PublishPack,
    caller: Caller,
  ): Promise<{ readonly pack: OwnPackView; readonly fresh: boolean }>;
  /** @throws Problem `invalid-transition` as long as it is assigned, or an operation that it judged has not ended */
  remove(tx: Tx, request: Asking & { readonly name: string; readonly version: string }): Promise<OwnPackView>;
}

/** Who waits holds a transaction meanwhile. */
const MOST_LOADING = 3;

export function createOwnPackService(keeper: Pick<PackKeeper, "inspect">): OwnPackService {
  const ours = policyCatalogue();
  let loading = 0;

  async function sight(db: Database, { caller, team }: Asking) {
    const asked = teamOf(caller, team);
    await requireTeam(db, asked);
    return { team: asked };
  }

  async function inspect(artefact: PackArtefact, archive: Buffer): Promise<PackDescription> {
    if (loading >= MOST_LOADING)
      throw new Problem("unavailable", "Too many packs are being loaded. Try again in a few seconds.");
    loading += 1;
    try {
      return await keeper.inspect(artefact, archive);
    } catch (error) {
      if (error instanceof PackError) throw refusedPack([`The pack cannot be loaded: ${error.message}`]);
      throw error;
    } finally {
      loading -= 1;
    }
  }

  function refuseOurNames({ name, policies }: PackDescription): void {
    const taken = policies.find((policy) => ours.some((own) => own.name === policy.name));
    if (taken !== undefined)
      throw refusedPack([`The rule ${taken.name} is one of Meridian's: exemptions would cover both. Rename it.`]);
    if (name === "meridian" || ours.some(({ pack }) => pack === name))
      throw new Problem("already-exists", `The pack ${name} is Meridian's own. Choose another name.`);
  }

  async function refuseTakenName(tx: Tx, name: string, team: string | undefined): Promise<void> {
    const others = (await ownersOf(tx, name)).filter((owner) => owner !== (team ?? null));
    // Names of another team are not told to a team: only everyone's are in its way.
    const taken = team === undefined ? others.length > 0 : others.includes(null);
    if (!taken) return;
    const whose = team === undefined ? "a team's" : "everyone's";
    throw new Problem("already-exists", `The pack ${name} is ${whose}. Choose another name.`);
  }

  return {
    async list(db, request) {
      const after = positionOf(request, z.string());
      const rows = await listPacks(db, await sight(db, request), { after, limit: request.pageSize + 1 });
      return toPage(rows, request, { key: ({ name }) => name, item: (each) => each });
    },
    async get(db, { name, ...asking }) {
      const [found] = await listPacks(db, await sight(db, asking), { name, limit: 1 });
      if (found === undefined) throw absent("policy pack", name);
      return found;
    },
    async versions(db, { name, ...request }) {
      const after = positionOf(request, packPosition);
      const rows = await listPackVersions(db, await sight(db, request), { name, after, limit: request.pageSize + 1 });
      if (rows.length === 0 && after === undefined) throw absent("policy pack", name);
      return toPage(rows, request, { key: (each) => [each.publishedAt, each.version], item: (each) => each });
    },
    async version(db, { name, version, ...asking }) {
      const found = await findPack(db, await sight(db, asking), { name, version });
      if (found === undefined) throw absent(`version of the policy pack ${name}`, version);
      const { id: _id, ...view } = found;
      return view;
    },
    async publish(tx, { archive: text, digest: said, from, everyone, team: asked }, caller) {
      if (everyone) requirePermission(caller, "administer");
      const team = everyone ? undefined : teamOf(caller, asked);
      if (team !== undefined) await requireTeam(tx, team);
      const archive = Buffer.from(text, "base64");
      const artefact = receivePack(archive, said);
      const description = await inspect(artefact, archive);
      refuseOurNames(description);
      const { name, version } = description;
      await lockPackName(tx, name);
      await refuseTakenName(tx, name, team);
      const present = await findPack(tx, { team }, { name, version });
      if (present !== undefined && present.digest !== artefact.digest) {
        const detail = `The pack ${name} ${version} is published already, with other contents (${present.digest}). Give it another version.`;
        throw new Problem("already-exists", detail);
      }
      if (present === undefined) await refuseRemoved(tx, { team, name, version, digest: artefact.digest });
      if (present === undefined)
        await insertPack(tx, { ...artefact, ...description, team, origin: from, publishedBy: caller.name, archive });
      const { id: _id, ...pack } = present ?? (await written(tx, { team }, { name, version }));
      return { pack, fresh: present === undefined };
    },
    async remove(tx, { name, version, ...asking }) {
      await lockPackName(tx, name);
      const found = await findPack(tx, await sight(tx, asking), { name, version });
      if (found === undefined) throw absent(`version of the policy pack ${name}`, version);
      if (found.team === undefined) requirePermission(asking.caller, "administer");
      refuseHeld(found, await findHolders(tx, found));
      await deletePack(tx, found);
      const { id: _id, ...view } = found;
      return view;
    },
  };
}

/** What a version said is in records that stay: it is never another pack. */
async function refuseRemoved(tx: Tx, { digest, ...version }: OwnedVersion): Promise<void> {
  const removed = await findRemovedDigest(tx, version);
  if (removed === undefined || removed === digest) return;
  const detail = `The pack ${version.name} ${version.version} was removed, and had other contents (${removed}). Give it another version.`;
  throw new Problem("already-exists", detail);
}

function refuseHeld(
  { name, version }: Pick<OwnPackView, "name" | "version">,
  { assignments, operations }: Awaited<ReturnType<typeof findHolders>>,
): void {
  const facts = { assignments, operations };
  const pack = `The pack ${name} ${version}`;
  if (assignments.length > 0) {
    const detail = `${pack} is enforced by ${shown(assignments)}: take that away first (DELETE /v1/pack-assignments/{id}).`;
    throw new Problem("invalid-transition", detail, { facts });
  }
  if (operations.length > 0) {
    const detail = `${pack} has judged ${shown(operations)}, which has not ended. Wait for its end, or cancel it.`;
    throw new Problem("invalid-transition", detail, { facts });
  }
}

const MOST_SHOWN = 3;
const shown = (ids: readonly string[]): string =>
  ids.length > MOST_SHOWN
    ? `${ids.slice(0, MOST_SHOWN).join(", ")} and ${ids.length - MOST_SHOWN} more`
    : ids.join(", ");

async function written(tx: Tx, ...of: [{ team: string | undefined }, { name: string; version: string }]) {
  const found = await findPack(tx, ...of);
  if (found === undefined) throw new Problem("internal", `The pack ${of[1].name} was not written.`);
  return found;
}
