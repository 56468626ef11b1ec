import { CompiledQuery } from "kysely";
import { newId } from "../base/ids.ts";
import type { Database, Tx } from "../db/database.ts";
import { jsonText } from "../db/jsonText.ts";
import { type FindingChanges, findingChanges } from "../findings/findingChanges.ts";
import { resolveGone } from "../findings/findingStore.ts";
import type { Gate } from "../gate/index.ts";
import type { DecisionLedger, JudgedBatch, StatementPart } from "../state/index.ts";
import { concerns, digestOf } from "./decidedBy.ts";
import { keepStep, keyOf, storable, unknownsOf } from "./decisionRow.ts";

interface LedgerDeps {
  readonly db: Database;
  readonly gate: Pick<Gate, "rules">;
}

/**
 * Puts each judgement down as one row, and what follows from it for the findings of its stack, all in one statement: or in
 * somebody else's, where that is cheaper. Where a row stands in the chain is settled beside the requests.
 */
export function createDecisionLedger({ db, gate }: LedgerDeps): DecisionLedger {
  const { rules } = gate;
  const digest = digestOf(rules);
  const wholeRules = rules.rules.filter(({ checks }) => checks.some(({ on }) => on === "whole-stack"));
  let kept: Promise<unknown> | undefined;

  /** Committed before the first row that names it; by whichever process is first. */
  function keepRules(): Promise<unknown> {
    kept ??= db
      .insertInto("decisionPacks")
      .values({ digest, content: jsonText(rules) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
      .catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
    return kept;
  }

  function rowValues(batch: JudgedBatch): readonly unknown[] {
    const { stack, update, operation, phase, steps } = batch;
    return [
      ...[stack.team, stack.id, `${stack.project}/${stack.name}`, update ?? null, operation ?? null, phase, digest],
      ...[steps.some(({ verdicts }) => verdicts.length > 0), unknownsOf(batch)],
      jsonText(steps.map((step) => keepStep(step, rules))),
    ];
  }

  function wholeAsked({ steps }: JudgedBatch): readonly string[] {
    const whole = steps.filter(({ step }) => step === "whole");
    return wholeRules.filter((rule) => whole.some((step) => concerns(rule, step))).map(({ name }) => name);
  }

  async function partOf(batch: JudgedBatch): Promise<StatementPart | undefined> {
    if (batch.steps.length === 0) return undefined;
    await keepRules();
    const row = rowValues(batch);
    const changes = findingChanges(batch);
    if (changes === undefined) return { text: rowText, values: row };
    const names = wholeRules.map(({ name }) => name);
    const closing = [
      changes.urns.map(storable),
      names,
      wholeAsked(batch),
      changes.objections.map(({ policy, urn }) => keyOf(policy, urn)),
    ];
    const closed = { text: closingText, values: [...row, ...closing] };
    if (changes.failures.length === 0) return closed;
    return { text: openingText, values: [...closed.values, ...openingValues(changes)] };
  }

  return {
    partOf,
    async record(tx: Tx, batch) {
      const part = await partOf(batch);
      if (part === undefined) return;
      await tx.executeQuery(CompiledQuery.raw(`with ${part.text(1, "true")} select`, [...part.values]));
    },
    stateReached: (tx, stackId, resources) => resolveGone(tx, stackId, resources),
  };
}

const ROW_VALUES = 10;
const CLOSING_VALUES = 4;

const rowText: StatementPart["text"] = (first, condition) => {
  const [team, id, stack, update, operation, phase, pack, objections, unknowns, steps] = parameters(first);
  return `decided as (
  insert into decisions (team, stack_id, stack, update_id, operation, phase, pack, objections, unknowns, steps)
  select ${team}::text, ${id}::uuid, ${stack}::text, ${update}::text, ${operation}::text, ${phase}::text, ${pack}::text,
         ${objections}::boolean, ${unknowns}::text[], ${steps}::jsonb
   where ${condition}
  returning id)`;
};

/** What was judged anew and is not objected to any more. */
const closingText: StatementPart["text"] = (first, condition) => {
  const [, stack] = parameters(first);
  const [urns, wholeRules, wholeAsked, objections] = parameters(first + ROW_VALUES);
  return `${rowText(first, condition)}, closed as (
  update findings set status = 'resolved', resolved_at = now(), resolution = 'passed'
   where stack_id = ${stack}::uuid and status = 'open' and exists (select from decided)
     and ((urn = any (${urns}::text[]) and policy <> all (${wholeRules}::text[])) or policy = any (${wholeAsked}::text[]))
     and policy || ' ' || urn <> all (${objections}::text[]))`;
};

/** What failed late, or failed and was not known in the preview that came last: of the same operation, or of no operation. */
const openingText: StatementPart["text"] = (first, condition) => {
  const [team, stack, , update, operation] = parameters(first);
  const [ids, policies, levels, severities, urns, types, messages, remediations, late] = parameters(
    first + ROW_VALUES + CLOSING_VALUES,
  );
  return `${closingText(first, condition)}, previewed as (
  select unknowns from decisions
   where stack_id = ${stack}::uuid and phase = 'preview' and operation is not distinct from ${operation}::text
   order by id desc limit 1), opened as (
  insert into findings (id, team, stack_id, policy, level, severity, urn, resource_type, message, remediation, decision, operation, update_id)
  select f.id, ${team}::text, ${stack}::uuid, f.policy, f.level, f.severity, f.urn, f.type, f.message, f.remediation,
         decided.id, ${operation}::text, ${update}::text
    from decided, unnest(${ids}::text[], ${policies}::text[], ${levels}::text[], ${severities}::text[], ${urns}::text[],
         ${types}::text[], ${messages}::text[], ${remediations}::text[], ${late}::boolean[])
         as f (id, policy, level, severity, urn, type, message, remediation, late)
   where f.late or f.policy || ' ' || f.urn = any (select unnest(unknowns) from previewed)
  on conflict (stack_id, policy, meridian.text_digest(urn)) where status = 'open' do nothing)`;
};

function openingValues({ failures }: FindingChanges): readonly unknown[] {
  const of = (pick: (verdict: FindingChanges["failures"][number]["verdict"]) => string) =>
    failures.map(({ verdict }) => storable(pick(verdict)));
  return [
    failures.map(() => newId("fi")),
    ...[of(({ policy }) => policy), of(({ level }) => level), of(({ severity }) => severity), of(({ urn }) => urn)],
    ...[of(({ resourceType }) => resourceType), of(({ message }) => message), of(({ remediation }) => remediation)],
    failures.map(({ late }) => late),
  ];
}

/** Names of parameters from a number on; as many as one asks for. */
function* parameters(first: number): Generator<string, never> {
  for (let number = first; ; number += 1) yield `$${number}`;
}
