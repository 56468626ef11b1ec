import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { auditLogStore } from "../auditLog/auditLogStore.ts";
import { createAuditNotes } from "../auditLog/auditNotes.ts";
import { createSpending } from "../budgets/spending.ts";
import { createDecisionLedger } from "../decisions/decisionLedger.ts";
import { createDependencyService } from "../dependencies/dependencyService.ts";
import { createUseExemptions } from "../exemptions/useExemptions.ts";
import { createExempting, stackAssumptions } from "../gate/index.ts";
import { createInventory } from "../inventory/inventory.ts";
import { createSandboxInventory } from "../inventory/sandboxInventory.ts";
import { createOperationListener } from "../operations/operationListener.ts";
import { createHealer, type Healer } from "../operations/pendingCreateHealer.ts";
import { createStackBinding } from "../operations/stackBinding.ts";
import { packPath } from "../requiredPolicies/policyPackRouter.ts";
import { createRequiredPolicies, type RequiredPolicies } from "../requiredPolicies/requiredPolicies.ts";
import { createStateBackend, type StateBackend, stepContextOf } from "../state/index.ts";
import { createTeardownFacts } from "../teardowns/teardownFacts.ts";
import type { Ground, ServiceOptions } from "./openGround.ts";

const MINUTE_MS = 60_000;

export interface WiredState {
  readonly state: StateBackend;
  readonly healer: Healer;
  readonly requiredPolicies: RequiredPolicies;
}

/** The state backend, with what it asks of the nouns around it. */
export function wireState(ground: Ground, { settings, logger }: ServiceOptions): WiredState {
  const { database, db, keyring, gate, clock, targets, placements, authenticator, sandbox, quarantine } = ground;
  const dependencies = createDependencyService();
  const cache = path.join(settings.dataDir, "policy-pack");
  const requiredPolicies = createRequiredPolicies({ policies: ground.policyPack, cache, logger });
  const state: StateBackend = createStateBackend({
    database,
    keyring,
    gate,
    wholeGate: ground.documentGate,
    // An engine of the service comes with its operation's token; everybody else, here as under /v1, with a key.
    authenticate: async (authorization) =>
      (await state.callerOfOperationToken(authorization?.replace(/^(token|bearer) /i, "") ?? "")) ??
      authenticator.authenticate(authorization),
    listener: createOperationListener(),
    placements,
    ledger: createDecisionLedger({ db, gate }),
    audit: { record: auditLogStore.record, note: createAuditNotes(db) },
    bindingOf: createStackBinding(async (name) => {
      const target = await targets.find(db, name);
      return target === undefined ? undefined : { target, regions: target.regions, doors: target.doors };
    }),
    heal: (stackId) => healer.heal(stackId),
    requiredPack: async (stack) => {
      const { target } = stack;
      const found = target === undefined ? undefined : await targets.find(db, target);
      const pack = found?.requiredPolicies === "served" ? await requiredPolicies.pack() : undefined;
      if (pack === undefined) return undefined;
      const config = await ground.bundles.configOf(stepContextOf(stack, await placements(stack), "preview"));
      return { name: pack.name, version: pack.version, path: packPath(pack.name, pack.version), config };
    },
    teardownFacts: createTeardownFacts(db, clock),
    async requireUnused({ stackSetId, region, name }) {
      if (stackSetId !== undefined && region !== undefined)
        await dependencies.requireUnused(db, { stackSetId, region, name });
    },
    spending: createSpending({ clock, reservedForMs: settings.reservationMinutes * MINUTE_MS }),
    assumptions: stackAssumptions(ground.policySettings.settings),
    exemptions: {
      exempting: createExempting(ground.exemptions.exemptionsOf, clock),
      use: createUseExemptions({ clock, audit: auditLogStore, forget: ground.exemptions.forget }),
    },
    clock,
    logger,
    requireReleased: quarantine.requireReleased,
  });
  const healer = createHealer({
    state,
    inventory: createInventory({ sandbox: createSandboxInventory(() => sandbox?.control()) }),
    placements,
    clock,
    wait: delay,
  });
  return { state, healer, requiredPolicies };
}
