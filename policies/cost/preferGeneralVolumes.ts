import type { PropertyPath } from "../propertyPath.ts";
import { onResource, type Report, rule, type Subject } from "../rule.ts";

/** Volumes of an older generation, or of magnets. */
const older: readonly unknown[] = ["gp2", "io1", "standard"];

const judgeType = (type: unknown, path: PropertyPath, report: Report, { show }: Subject): void => {
  if (older.includes(type)) report(`${show(path)} is of an older generation`);
};

export const preferGeneralVolumes = rule({
  name: "cost-prefer-general-volumes",
  description: "Block storage must be of the current generation: gp3, or io2 where that is not enough.",
  reason:
    "A gigabyte of gp3 costs a fifth less than one of gp2, with its speed set apart from its size; io2 costs what io1 does and fails a hundred times more seldom.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST06-BP02"] },
  remediation: ["Set the type to gp3 (or io2); volumes in use can be changed while they run."],
  check: [
    onResource("aws:ebs/volume:Volume", ({ type }, report, subject) => judgeType(type, ["type"], report, subject)),
    onResource("aws:rds/instance:Instance", ({ storageType }, report, subject) =>
      judgeType(storageType, ["storageType"], report, subject),
    ),
    onResource("aws:ec2/launchTemplate:LaunchTemplate", ({ blockDeviceMappings }, report, subject) =>
      subject.each(blockDeviceMappings, ({ ebs }, index) =>
        judgeType(ebs?.volumeType, ["blockDeviceMappings", index, "ebs", "volumeType"], report, subject),
      ),
    ),
    onResource("aws:ec2/instance:Instance", ({ rootBlockDevice, ebsBlockDevices }, report, subject) => {
      judgeType(rootBlockDevice?.volumeType, ["rootBlockDevice", "volumeType"], report, subject);
      subject.each(ebsBlockDevices, ({ volumeType }, index) =>
        judgeType(volumeType, ["ebsBlockDevices", index, "volumeType"], report, subject),
      );
    }),
    onResource<string>("kubernetes:storage.k8s.io/v1:StorageClass", ({ parameters }, report, subject) => {
      const type = typeof parameters === "object" && parameters !== null ? Reflect.get(parameters, "type") : undefined;
      judgeType(type, ["parameters", "type"], report, subject);
    }),
  ],
});
