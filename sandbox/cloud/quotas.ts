import type { QuotaModel } from "../model/quota.ts";
import type { Place } from "../model/resource.ts";
import { CloudError } from "./cloudError.ts";
import type { ResourceStore } from "./resourceStore.ts";

export interface QuotaSetting {
  readonly account: string;
  readonly region: string;
  readonly code: string;
  readonly value: number;
}

/** A quota as it stands in one account and region. */
export interface Quota extends QuotaSetting {
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  readonly initial: number;
}

/** How much each account may have in each region. Settings are of the process and gone after a restart, as faults are. */
export interface Quotas {
  list(at: Pick<Place, "account" | "region">): readonly Quota[];
  /** False when there is no quota of the code. */
  set(setting: QuotaSetting): boolean;
  /** @throws CloudError with the cloud's own code when one more of the type is one too many there. */
  requireRoom(type: string, place: Place, store: Pick<ResourceStore, "all">): void;
}

export function createQuotas(models: readonly QuotaModel[]): Quotas {
  const byCode = new Map(models.map((model) => [model.code, model]));
  const byType = new Map(models.flatMap((model) => (model.counts === undefined ? [] : [[model.counts.type, model]])));
  const settings = new Map<string, number>();
  const keyOf = ({ account, region }: Pick<Place, "account" | "region">, code: string) =>
    `${account}/${region}/${code}`;
  const valueAt = (at: Pick<Place, "account" | "region">, model: QuotaModel) =>
    settings.get(keyOf(at, model.code)) ?? model.value;

  return {
    list: ({ account, region }) =>
      models.map((model) => {
        const { code, service, name, unit, initial } = model;
        return { account, region, code, service, name, unit, initial, value: valueAt({ account, region }, model) };
      }),
    set: (setting) => {
      if (!byCode.has(setting.code)) return false;
      settings.set(keyOf(setting, setting.code), setting.value);
      return true;
    },
    requireRoom: (type, place, store) => {
      const model = byType.get(type);
      if (model?.counts === undefined || store.all(type, place).length < valueAt(place, model)) return;
      const message = `The quota ${model.code} (${model.name}) of ${valueAt(place, model)} is reached in ${place.region}.`;
      throw new CloudError("invalid", model.counts.code, message);
    },
  };
}
