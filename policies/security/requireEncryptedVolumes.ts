import { onResource, type Report, rule } from "../rule.ts";

const encrypted = (value: unknown): boolean => value === true || value === "true";

const judgeDevice = (device: { readonly encrypted?: unknown } | undefined, path: string, report: Report): void => {
  if (device !== undefined && !encrypted(device.encrypted)) report(`${path}.encrypted is not true`);
};

export const requireEncryptedVolumes = rule({
  name: "security-require-encrypted-volumes",
  description: "Block storage must be encrypted at rest.",
  reason:
    "Judges each volume that is described. One that is not (the root of an image) follows the account's default encryption, which is why switching that off is refused here too. S3, DynamoDB and log groups encrypt always and cannot be told not to.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.3", "EC2.7"], cis: ["5.1.1"] },
  remediation: ["Set encrypted to true on every block device and volume."],
  check: [
    onResource("aws:ebs/volume:Volume", (volume, report) => {
      if (!encrypted(volume.encrypted)) report("encrypted is not true");
    }),
    onResource("aws:ebs/encryptionByDefault:EncryptionByDefault", (setting, report) => {
      if (setting.enabled === false) report("enabled is false: new volumes would not be encrypted");
    }),
    onResource("aws:ec2/launchTemplate:LaunchTemplate", (template, report, { each }) => {
      each(template.blockDeviceMappings, (device, index) =>
        judgeDevice(device.ebs, `blockDeviceMappings[${index}].ebs`, report),
      );
    }),
    onResource(
      ["aws:ec2/instance:Instance", "aws:ec2/launchConfiguration:LaunchConfiguration"],
      (instance, report, { each }) => {
        judgeDevice(instance.rootBlockDevice, "rootBlockDevice", report);
        each(instance.ebsBlockDevices, (device, index) => judgeDevice(device, `ebsBlockDevices[${index}]`, report));
      },
    ),
  ],
});
