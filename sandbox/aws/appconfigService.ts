import type { Draft, Service } from "../model/model.ts";
import type { PropertyRule } from "../model/rule.ts";
import { arn } from "./arn.ts";

export const APPLICATION = "aws:appconfig/application:Application";
export const ENVIRONMENT = "aws:appconfig/environment:Environment";
export const PROFILE = "aws:appconfig/configurationProfile:ConfigurationProfile";
export const VERSION = "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion";
export const STRATEGY = "aws:appconfig/deploymentStrategy:DeploymentStrategy";
export const BAD_REQUEST = "BadRequestException";
export const MISSING = "ResourceNotFoundException";

/** Source of the codes: AWS AppConfig API reference, the errors of each action. */
export const appconfig: Service = {
  name: "appconfig",
  codes: {
    missing: BAD_REQUEST,
    invalid: BAD_REQUEST,
    notFound: MISSING,
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

/** Everything of an application names it, and keeps it. */
export const ofApplication: PropertyRule = { immutable: true, ref: { type: APPLICATION, code: MISSING } };

/** An id as AppConfig makes them: seven of the digits and lower-case letters. */
export const newId = ({ cloud }: Draft): string => cloud.random.hex(7);

export const appconfigArn = ({ place }: Draft, resource: string): string => arn("appconfig", place, resource);
