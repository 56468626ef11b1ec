import { rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { familyOf, onMachineTypes } from "./machineTypes.ts";

/** Classes of machines with accelerators, terabytes of memory, or a whole host (docs.aws.amazon.com/ec2/latest/instancetypes). */
const productionClasses = listSetting({
  name: "productionClasses",
  description: "classes of machines, as the `p` in `p5.48xlarge`, that only production may have",
  initial: ["dl", "f", "g", "gr", "hpc", "inf", "mac", "p", "trn", "u", "vt", "x", "z"],
});

const classOf = (family: string): string => /^[a-z]+/.exec(family)?.[0] ?? "";

export const limitFamilies = rule({
  name: "cost-limit-families",
  description: "Machines with accelerators or very large memory are for production.",
  reason:
    "One of them, left on after an experiment, costs what the whole environment does. Development tries things out on machines of the ordinary classes.",
  level: "mandatory",
  severity: "medium",
  controls: { wellArchitected: ["COST06-BP02", "COST02-BP05"] },
  remediation: ["Use a machine of the classes c, m, r or t; or ask for an exemption until the experiment ends."],
  settings: [productionClasses],
  check: onMachineTypes((type, path, report, { context, setting, show }) => {
    if (context.environment === "production" || !setting(productionClasses).includes(classOf(familyOf(type)))) return;
    report(`${show(path)} is of a class for production`);
  }),
});
