import type { Selectable } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { IdentityProviderTable } from "../db/schema.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type CreateIdentityProvider, type IdentityProvider, identityProviderView } from "./identityProvider.ts";

/** @returns undefined when there is one of the name */
export async function insertIdentityProvider(
  tx: Tx,
  { jwksUri, rules, ...provider }: CreateIdentityProvider & { readonly createdBy: string },
): Promise<IdentityProvider | undefined> {
  const row = await tx
    .insertInto("identityProviders")
    .values({ ...provider, jwksUri: jwksUri ?? null, rules: JSON.stringify(rules) })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toView(row);
}

export async function findIdentityProvider(db: Database, name: string): Promise<IdentityProvider | undefined> {
  const row = await db.selectFrom("identityProviders").selectAll().where("name", "=", name).executeTakeFirst();
  return row && toView(row);
}

/** By name. */
export async function listIdentityProviders(db: Database, request: PageRequest): Promise<Page<IdentityProvider>> {
  const after = positionOf(request, z.string());
  let query = db
    .selectFrom("identityProviders")
    .selectAll()
    .orderBy("name")
    .limit(request.pageSize + 1);
  if (after !== undefined) query = query.where("name", ">", after);
  return toPage(await query.execute(), request, { key: (row) => row.name, item: toView });
}

export async function providersOfIssuer(db: Database, issuer: string): Promise<readonly IdentityProvider[]> {
  const rows = await db
    .selectFrom("identityProviders")
    .selectAll()
    .where("issuer", "=", issuer)
    .orderBy("name")
    .execute();
  return rows.map(toView);
}

export async function deleteIdentityProvider(tx: Tx, name: string): Promise<IdentityProvider | undefined> {
  const row = await tx.deleteFrom("identityProviders").where("name", "=", name).returningAll().executeTakeFirst();
  return row && toView(row);
}

/** Counts an exchange of this assertion. @returns how often it was exchanged, this time included, and when first */
export async function countExchange(
  tx: Tx,
  assertion: { readonly hash: Buffer; readonly now: Date; readonly expiresAt: Date },
): Promise<{ readonly times: number; readonly firstAt: Date }> {
  const { hash, now, expiresAt } = assertion;
  await tx.deleteFrom("exchangedAssertions").where("expiresAt", "<", now).execute();
  return tx
    .insertInto("exchangedAssertions")
    .values({ hash, firstAt: now, times: 1, expiresAt })
    .onConflict((conflict) =>
      conflict.column("hash").doUpdateSet((row) => ({ times: row("exchangedAssertions.times", "+", 1) })),
    )
    .returning(["times", "firstAt"])
    .executeTakeFirstOrThrow();
}

function toView({ jwksUri, createdAt, ...row }: Selectable<IdentityProviderTable>): IdentityProvider {
  return identityProviderView.parse({
    ...row,
    createdAt: createdAt.toISOString(),
    ...(jwksUri === null ? {} : { jwksUri }),
  });
}
