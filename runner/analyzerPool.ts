import type { Analyzer } from "./analyzerProcess.ts";

export interface AnalyzerPool {
  /** An analyzer for one job alone, until it is given back. Rejects when the pack does not start. */
  take(): Promise<Analyzer>;
  giveBack(analyzer: Analyzer): Promise<void>;
  close(): Promise<void>;
}

const RESIDENT_BYTES = 450 * 1024 * 1024;

/**
 * Keeps policy packs loaded: one ready from the start, and later as many as jobs have wanted at once. One that died, does
 * not answer or has grown over the limit is not used again; who has grown gets a successor before the next job comes.
 */
export function createAnalyzerPool(start: () => Analyzer, residentBytes: number = RESIDENT_BYTES): AnalyzerPool {
  let idle: readonly Analyzer[] = [];
  let all: readonly Analyzer[] = [];
  let closed = false;

  const add = (): Analyzer => {
    const analyzer = start();
    all = [...all, analyzer];
    void analyzer.gone.then(() => {
      all = all.filter((other) => other !== analyzer);
      idle = idle.filter((other) => other !== analyzer);
    });
    return analyzer;
  };

  idle = [add()];
  return {
    async take() {
      const analyzer = idle[0] ?? add();
      idle = idle.filter((other) => other !== analyzer);
      await analyzer.port;
      return analyzer;
    },
    async giveBack(analyzer) {
      const grown = await analyzer.residentBytes();
      const fit = !closed && grown !== undefined && grown <= residentBytes;
      if (!fit) analyzer.retire();
      if (fit && all.includes(analyzer)) idle = [...idle, analyzer];
      else if (!closed && grown !== undefined) idle = [...idle, add()];
    },
    async close() {
      closed = true;
      for (const analyzer of idle) analyzer.retire();
      await Promise.all(all.map((analyzer) => analyzer.gone));
    },
  };
}
