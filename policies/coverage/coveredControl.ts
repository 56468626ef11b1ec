/**
 * A control of a framework that concerns what programs make. The rules that hold it are those whose `controls` name it; one that
 * no rule names says why. @public
 */
export interface CoveredControl {
  /** Its number, as the framework writes it. */
  readonly control: string;
  /** What it asks, in our words. */
  readonly asks: string;
  /** Why no rule holds it. */
  readonly leftOut?: string;
}
