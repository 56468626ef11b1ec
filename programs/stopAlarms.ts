/** How many alarms can end one experiment. Source: AWS FIS user guide, "Quotas and limitations", stop conditions per experiment template. */
export const mostStopAlarms = 5;

/**
 * Those whose alarms end an experiment: as many as one takes. Services and their objectives stand in the order in which they matter; each
 * service has its first objective among them before any has its second.
 */
export function endingExperiments<Watched extends { readonly service: string }>(
  watching: readonly Watched[],
): readonly Watched[] {
  const ranked = watching.map((each, index) => {
    const before = watching.slice(0, index).filter(({ service }) => service === each.service);
    return { each, rank: before.length };
  });
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, mostStopAlarms)
    .map(({ each }) => each);
}
