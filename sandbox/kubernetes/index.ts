import type { ResourceModel } from "../model/model.ts";
import { agones } from "./agones.ts";
import { configuration } from "./configuration.ts";
import { helmModels } from "./helm.ts";
import { jobs } from "./jobs.ts";
import type { Kind } from "./kind.ts";
import { limitRange } from "./limitRange.ts";
import { namespaces } from "./namespaces.ts";
import { network } from "./network.ts";
import { objectModel } from "./objectModel.ts";
import { resourceQuota } from "./quota.ts";
import { accessControl } from "./rbac.ts";
import { scaling } from "./scaling.ts";
import { services } from "./services.ts";
import { storage } from "./storage.ts";
import { workloads } from "./workloads.ts";

const kinds: readonly Kind[] = [
  ...namespaces,
  ...configuration,
  ...services,
  ...workloads,
  ...jobs,
  ...network,
  ...scaling,
  ...accessControl,
  ...storage,
  resourceQuota,
  limitRange,
  ...agones,
];

/** All kinds of Kubernetes objects that are modelled. Any other one is taken as it is, and the operation's log says so. */
export const models: readonly ResourceModel[] = [...kinds.map(objectModel), ...helmModels];
