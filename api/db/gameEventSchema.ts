/** A dated happening in a game; null stack sets are all of the team's. */
export interface GameEventTable {
  id: string;
  team: string;
  name: string;
  startsAt: Date;
  endsAt: Date;
  stackSets: string[] | null;
  createdBy: string;
  createdAt: Date;
}
