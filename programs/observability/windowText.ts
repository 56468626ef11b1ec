/** A span of minutes as a person says it: `5 min`, `6 h`, `16.8 h`, `3 d`. */
export function windowText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2 * 1440) return `${Math.round(minutes / 6) / 10} h`;
  return `${Math.round(minutes / 144) / 10} d`;
}
