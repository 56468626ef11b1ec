import type { Command } from "commander";

/** What somebody types, by the command it is an example of. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  sandbox: ["meridian sandbox -- pulumi preview --stack default/meridian/launch.sandbox.eu-west-1"],
  gate: [
    "meridian gate -C infra --config-file infra/Pulumi.live.yaml --environment staging",
    "pulumi stack export | meridian gate --state - --format junit --output gate.xml",
    "meridian gate --stack launch.live.eu-west-1",
  ],
  "blueprint publish": [
    "meridian blueprint publish ./arena",
    "meridian blueprint publish --git https://git.example.com/arena.git#1a2b3c4",
  ],
  "pack publish": ["meridian pack publish ./house-rules"],
  "pack assign": ["meridian pack assign house-rules@1.2.0 --environment production --level advisory"],
  "pack remove": ["meridian pack remove house-rules@1.1.0"],
  "stack-sets create": [
    "meridian stack-sets create launch --blueprint game-servers --region eu-west-1 us-east-1 --inputs '{\"peakPlayers\": 4000}' --watch",
  ],
  "stack-sets update": [
    "meridian stack-sets update launch --region eu-west-1 us-east-1 ap-northeast-1",
    "meridian stack-sets update launch --inputs @inputs.json --watch",
  ],
  "stacks get": ["meridian stacks get launch.sandbox.eu-west-1"],
  "exemptions ask": [
    "meridian exemptions ask security-no-open-management-port --stack launch.live.eu-west-1 --ends 2026-12-01T18:00:00Z --reason 'A drill.'",
  ],
  "spend import": ["meridian spend import focus-2026-11.csv.gz"],
  "spend show": ["meridian spend show 2026-11 --stack-set launch"],
  decisions: ["meridian decisions op_01936f3e-9e8c-73c1-88b9-2b186aaba515 --outcome fail,unknown"],
  "audit verify": ["meridian audit verify --heads /mnt/elsewhere/audit-heads.jsonl"],
  "ledger verify": ["meridian ledger verify --heads /mnt/elsewhere/heads/"],
  "import-backend": [
    "meridian import-backend file:///srv/state --dry-run",
    "meridian import-backend s3://state --project shop",
  ],
  backup: ["meridian backup /mnt/elsewhere/meridian.backup"],
  restore: ["meridian restore /mnt/elsewhere/meridian.backup"],
  "recovery adopt": ["meridian recovery adopt --stack launch.live.eu-west-1"],
  "escrow keygen": ["meridian escrow keygen --out escrow.key"],
  "escrow open": ["meridian escrow open --from file:///mnt/escrow --to file:///srv/state --key escrow.key"],
  "escrow adopt": ["meridian escrow adopt --from file:///srv/state"],
};

/** Shows its examples under the help of each command that has some. */
export function showExamples(program: Command): void {
  const visit = (command: Command, above: readonly string[]): void => {
    for (const child of command.commands) {
      const names = [...above, child.name()];
      const lines = examples[names.join(" ")] ?? [];
      if (lines.length > 0)
        child.addHelpText(
          "after",
          ["", ...(lines.length === 1 ? ["Example:"] : ["Examples:"]), ...lines.map((line) => `  ${line}`)].join("\n"),
        );
      visit(child, names);
    }
  };
  visit(program, []);
}
