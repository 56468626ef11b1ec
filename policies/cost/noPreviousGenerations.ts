import { rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { familyOf, onMachineTypes } from "./machineTypes.ts";

/** What AWS lists as previous generations (aws.amazon.com/ec2/previous-generation), and the Xen families that Nitro ones took over from. */
const previousFamilies = listSetting({
  name: "previousFamilies",
  description: "families of machines that newer ones have taken the place of",
  initial: [
    ...["a1", "c1", "c3", "c4", "cc2", "cr1", "d2", "f1", "g2", "g3", "g3s", "h1", "hs1", "i2", "i3", "m1", "m2", "m3"],
    ...["m4", "p2", "p3", "r3", "r4", "t1", "t2", "x1", "x1e"],
  ],
});

export const noPreviousGenerations = rule({
  name: "cost-no-previous-generations",
  description: "Machines must be of a generation that is not replaced yet.",
  reason:
    "A newer machine of the same size does more work for the same or less money, and is to be had when a region is short.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.PS-03"], wellArchitected: ["COST06-BP02"] },
  remediation: ["Take the newest family of the class that the region offers."],
  settings: [previousFamilies],
  check: onMachineTypes((type, path, report, { setting, show }) => {
    if (setting(previousFamilies).includes(familyOf(type))) report(`${show(path)} is of a previous generation`);
  }),
});
