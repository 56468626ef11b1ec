import type { Service } from "../model/model.ts";

export const WEB_ACL = "aws:wafv2/webAcl:WebAcl";

/** Source of the codes: AWS WAFV2 API reference, the errors of each action. */
export const wafv2: Service = {
  name: "wafv2",
  codes: {
    missing: "WAFInvalidParameterException",
    invalid: "WAFInvalidParameterException",
    notFound: "WAFNonexistentItemException",
    inUse: "WAFAssociatedItemException",
    throttled: "WAFInternalErrorException",
  },
};
