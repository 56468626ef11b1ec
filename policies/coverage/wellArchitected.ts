import type { CoveredControl } from "./coveredControl.ts";

/**
 * Best practices of the AWS Well-Architected Framework that rules name: those of cost, reliability and operation that a property shows
 * (https://docs.aws.amazon.com/wellarchitected/latest/framework/appendix.html).
 */
export const wellArchitected: readonly CoveredControl[] = [
  { control: "COST02-BP05", asks: "Controls keep spending within what was decided" },
  { control: "COST03-BP02", asks: "What is spent is attributed to those who spend it" },
  { control: "COST03-BP05", asks: "Budgets and forecasts are set up, and tell somebody" },
  { control: "COST04-BP03", asks: "What is not used any more is taken away" },
  { control: "COST04-BP05", asks: "Data is kept for as long as was decided, and no longer" },
  { control: "COST06-BP02", asks: "Type, size and number are chosen by what is needed" },
  { control: "COST07-BP04", asks: "Each part is paid for by the model that fits it" },
  { control: "COST08-BP02", asks: "What moves data is chosen for what moving it costs" },
  { control: "COST08-BP03", asks: "Services that make moving data cheaper are used" },
  { control: "COST09-BP03", asks: "Resources are supplied as demand asks for them, and given back" },
  { control: "OPS06-BP01", asks: "There is a plan for a change that fails" },
  { control: "REL03-BP01", asks: "A workload is cut into parts with care for how they hang together" },
  { control: "REL05-BP01", asks: "What another part cannot take now is not lost" },
  { control: "REL06-BP03", asks: "Somebody is told of what is measured" },
  { control: "REL07-BP01", asks: "Resources are got and scaled without a person" },
  { control: "REL08-BP05", asks: "Changes go out, and back, without a person" },
  { control: "REL09-BP01", asks: "All data that must be backed up is known and backed up" },
  { control: "REL09-BP03", asks: "Backups are made without a person" },
  { control: "REL10-BP01", asks: "A workload stands in several places" },
  { control: "REL11-BP01", asks: "All parts are watched for failing" },
  { control: "REL11-BP02", asks: "Work moves over to what is well" },
];
