import type { CoveredControl } from "./coveredControl.ts";

/**
 * NIST Cybersecurity Framework 2.0: the subcategories of the categories that concern what infrastructure programs make: PR.AA, PR.DS,
 * PR.PS, PR.IR, DE.CM, ID.AM, RC.RP, and what rules name of ID.RA (https://doi.org/10.6028/NIST.CSWP.29, appendix A). Numbers that are not there were withdrawn.
 */
export const nist: readonly CoveredControl[] = [
  { control: "PR.AA-01", asks: "Identities and credentials of people, services and machines are managed" },
  {
    control: "PR.AA-02",
    asks: "Who a person is was proved before a credential is bound to them",
    leftOut: "the identity provider's and the directory's work; a program makes roles, not people",
  },
  { control: "PR.AA-03", asks: "People, services and machines are authenticated" },
  {
    control: "PR.AA-04",
    asks: "What one system asserts of an identity to another is protected and checked",
    leftOut: "the identity provider's work; how far a role trusts one is PR.AA-03",
  },
  {
    control: "PR.AA-05",
    asks: "Permissions are written down as policy, enforced, of the least privilege, and duties are separated",
  },
  { control: "PR.AA-06", asks: "Physical access is managed", leftOut: "the cloud provider's data centres" },
  { control: "PR.DS-01", asks: "Data at rest keeps its confidentiality, integrity and availability" },
  { control: "PR.DS-02", asks: "Data in transit keeps its confidentiality, integrity and availability" },
  {
    control: "PR.DS-10",
    asks: "Data in use keeps its confidentiality, integrity and availability",
    leftOut: "memory encryption comes with the instance family; no input of a program turns it off",
  },
  { control: "PR.DS-11", asks: "Backups are made, protected, kept and tested" },
  { control: "PR.PS-01", asks: "Configurations are managed and follow a practice" },
  { control: "PR.PS-02", asks: "Software is maintained, replaced and removed as its risk demands" },
  { control: "PR.PS-03", asks: "Hardware is maintained, replaced and removed as its risk demands" },
  { control: "PR.PS-04", asks: "Records are logged and made available to monitoring" },
  { control: "PR.PS-05", asks: "Unauthorised software is neither installed nor run" },
  {
    control: "PR.PS-06",
    asks: "Software is developed securely over its life",
    leftOut: "what a team does before an image is built; the rules on images hold its result (PR.PS-05)",
  },
  { control: "PR.IR-01", asks: "Networks and environments are protected from logical access nobody allowed" },
  {
    control: "PR.IR-02",
    asks: "Assets are protected from threats of their surroundings",
    leftOut: "the cloud provider's data centres; the loss of one is PR.IR-03",
  },
  { control: "PR.IR-03", asks: "Mechanisms keep the service up in normal and in adverse situations" },
  { control: "PR.IR-04", asks: "There is capacity enough to stay available" },
  { control: "DE.CM-01", asks: "Networks and their services are watched" },
  { control: "DE.CM-02", asks: "The physical surroundings are watched", leftOut: "the cloud provider's data centres" },
  {
    control: "DE.CM-03",
    asks: "What people do and how they use technology is watched",
    leftOut: "the account's own trail and the audit log of the service, not a stack of a game",
  },
  {
    control: "DE.CM-06",
    asks: "What external service providers do is watched",
    leftOut: "contracts and reports of providers; nothing that a program makes",
  },
  { control: "DE.CM-09", asks: "Hardware, software, runtimes and their data are watched" },
  {
    control: "ID.AM-01",
    asks: "There is an inventory of hardware",
    leftOut: "the state of every stack is one, of what programs make: /v1/stacks",
  },
  {
    control: "ID.AM-02",
    asks: "There is an inventory of software, services and systems",
    leftOut: "the state of every stack is one, of what programs make: /v1/stacks",
  },
  {
    control: "ID.AM-03",
    asks: "Communication that is allowed, and data flows, are represented and kept so",
  },
  {
    control: "ID.AM-04",
    asks: "There is an inventory of services of suppliers",
    leftOut: "contracts; nothing that a program makes",
  },
  { control: "ID.AM-05", asks: "Assets have priorities by class, criticality and owner" },
  {
    control: "ID.AM-07",
    asks: "There is an inventory of data",
    leftOut: "what data a store holds is known to those who write it; whose it is, and of what worth, is ID.AM-05",
  },
  { control: "ID.AM-08", asks: "Systems, software, services and data are managed over their life" },
  { control: "ID.RA-01", asks: "Weaknesses of assets are found and written down" },
  {
    control: "RC.RP-01",
    asks: "The plan of recovery is carried out when an incident asks for it",
    leftOut: "an act of people on the day; runbooks of the blueprints say how",
  },
  {
    control: "RC.RP-02",
    asks: "Actions of recovery are chosen, scoped, ordered and done",
    leftOut: "an act of people on the day; runbooks of the blueprints say how",
  },
  {
    control: "RC.RP-03",
    asks: "Backups are proved whole before anything is restored from them",
    leftOut: "a restore test, which the blueprint data-protection makes; the rules see inputs, not results",
  },
  {
    control: "RC.RP-04",
    asks: "Critical functions set what normal is after an incident",
    leftOut: "a decision of people",
  },
  {
    control: "RC.RP-05",
    asks: "What was restored is proved whole, and normal service is confirmed",
    leftOut: "a restore test, which the blueprint data-protection makes; the rules see inputs, not results",
  },
  {
    control: "RC.RP-06",
    asks: "The end of recovery is declared by criteria, and written down",
    leftOut: "an act of people",
  },
];
