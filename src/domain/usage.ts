/**
 * What a trial used of its device, over the batches that its last engine process computed (a resumed trial's earlier batches
 * are not in it). Null stands for what this machine does not tell.
 */
export interface TrialUsage {
  /** Wall time from the first batch's queueing to the last answer, in ms; other trials may have run meanwhile. */
  readonly spanMs: number;
  /** Time of batches inside the runtime, and the rest of their time, in ms, over all workers. */
  readonly runtimeMs: number;
  readonly hostMs: number;
  /** Time that the tokenizer took, in ms; 0 where another trial had the same texts before. */
  readonly tokenizerMs: number;
  /** Prompt tokens of all requests, and those of them that were fed: the rest came from shared prefixes. */
  readonly askedTokens: number;
  readonly fedTokens: number;
  /** Useful floating-point operations, and bytes that had to be read at least. */
  readonly flops: number;
  readonly bytes: number;
  /** Highest proportional set size of the engine process so far, in bytes. */
  readonly peakPssBytes: number | null;
  readonly gpu: GpuUsage | null;
  /** The trial's share of the device's energy, in joules; null below a second, in which counters step too seldom. */
  readonly energyJ: number | null;
  /** The device's time that this energy belongs to, in ms: wall time divided by the trials at work. */
  readonly energyMs: number;
}

export interface GpuUsage {
  /** Highest memory of the engine process, or of all where the driver does not tell them apart. */
  readonly memoryBytes: number | null;
  /** Mean share of time in which a kernel ran, 0 to 1. */
  readonly utilization: number | null;
  readonly watts: number | null;
}
