/** What a maker states of a processor or card, dense, without boost of a sparse format. */
export interface Datasheet {
  readonly name: string;
  readonly fp32FlopsPerSecond: number | null;
  /** With float32 sums, on tensor or matrix units where there are any. */
  readonly fp16FlopsPerSecond: number | null;
  readonly bytesPerSecond: number;
  readonly source: string;
}

interface Card {
  /** Matches what the driver calls it. */
  readonly pattern: RegExp;
  readonly name: string;
  /** TFLOP/s. */
  readonly fp32: number;
  readonly fp16: number;
  /** GB/s. */
  readonly bandwidth: number;
  readonly source: string;
}

interface Processor {
  readonly pattern: RegExp;
  readonly name: string;
  readonly cores: number;
  /** GHz that every core holds; boost is above it. */
  readonly base: number;
  /** fp32 operations a core and cycle: 2 FMA units of 256 bits give 32, of 512 bits 64. Null where it is not published. */
  readonly perCycle: number | null;
  /** GB/s of all memory channels at their fastest rated speed. */
  readonly bandwidth: number;
  readonly source: string;
}

// The first that matches counts: variants stand before the plain name.
const CARDS: readonly Card[] = [
  card(/H200/, 'H200 SXM', [67, 989.5, 4800], 'NVIDIA H200 data sheet'),
  card(/H100 NVL/, 'H100 NVL', [60, 835.5, 3900], 'NVIDIA H100 data sheet'),
  card(/H100 PCIe/i, 'H100 PCIe', [51, 756, 2000], 'NVIDIA H100 data sheet'),
  card(/H100/, 'H100 SXM', [67, 989.5, 3350], 'NVIDIA H100 data sheet'),
  card(/A100.*SXM.*80GB/i, 'A100 SXM 80 GB', [19.5, 312, 2039], 'NVIDIA A100 data sheet'),
  card(/A100.*80GB/i, 'A100 PCIe 80 GB', [19.5, 312, 1935], 'NVIDIA A100 data sheet'),
  card(/A100/, 'A100 40 GB', [19.5, 312, 1555], 'NVIDIA A100 data sheet'),
  card(/L40S/, 'L40S', [91.6, 362, 864], 'NVIDIA L40S data sheet'),
  card(/\bL4\b/, 'L4', [30.3, 121, 300], 'NVIDIA L4 data sheet'),
  card(/\bT4\b/, 'T4', [8.1, 65, 320], 'NVIDIA T4 data sheet'),
  card(/V100.*SXM/i, 'V100 SXM2', [15.7, 125, 900], 'NVIDIA V100 data sheet'),
  card(/V100/, 'V100 PCIe', [14, 112, 900], 'NVIDIA V100 data sheet'),
  card(/RTX 6000 Ada/, 'RTX 6000 Ada', [91.1, 364.2, 960], 'NVIDIA RTX 6000 Ada data sheet'),
  card(/RTX A6000/, 'RTX A6000', [38.7, 154.8, 768], 'NVIDIA Ampere GA102 white paper'),
  card(/RTX 5090/, 'RTX 5090', [104.8, 209.5, 1792], 'NVIDIA RTX Blackwell white paper'),
  card(/RTX 4090/, 'RTX 4090', [82.6, 165.2, 1008], 'NVIDIA Ada white paper'),
  card(/RTX 4080/, 'RTX 4080', [48.7, 97.5, 716.8], 'NVIDIA Ada white paper'),
  card(/RTX 3090/, 'RTX 3090', [35.6, 71, 936], 'NVIDIA Ampere GA102 white paper'),
  card(/MI300X/, 'Instinct MI300X', [163.4, 1307.4, 5300], 'AMD Instinct MI300X data sheet'),
  card(/MI250X/, 'Instinct MI250X', [47.9, 383, 3277], 'AMD Instinct MI250X data sheet'),
];

const PROCESSORS: readonly Processor[] = [
  processor(/EPYC 9654/, 'EPYC 9654', [96, 2.4, 32, 460.8], 'AMD EPYC 9654 specifications'),
  processor(/EPYC 7763/, 'EPYC 7763', [64, 2.45, 32, 204.8], 'AMD EPYC 7763 specifications'),
  processor(/Platinum 8480/, 'Xeon Platinum 8480+', [56, 2, 64, 307.2], 'Intel ARK'),
  processor(/Platinum 8380/, 'Xeon Platinum 8380', [40, 2.3, 64, 204.8], 'Intel ARK'),
  processor(/5995WX/, 'Ryzen Threadripper PRO 5995WX', [64, 2.7, 32, 204.8], 'AMD specifications'),
  processor(/7950X/, 'Ryzen 9 7950X', [16, 4.5, 32, 83.2], 'AMD specifications'),
  processor(/5950X/, 'Ryzen 9 5950X', [16, 3.4, 32, 51.2], 'AMD specifications'),
  processor(/Apple M1$/, 'Apple M1', [8, 0, null, 68.25], 'Apple specifications'),
  processor(/Apple M2$/, 'Apple M2', [8, 0, null, 100], 'Apple specifications'),
  processor(/Apple M3$/, 'Apple M3', [8, 0, null, 100], 'Apple specifications'),
  processor(/Apple M4$/, 'Apple M4', [10, 0, null, 120], 'Apple specifications'),
];

/** The data sheet of a card by the name that its driver gives; null where it is not in the table. */
export function datasheetOfGpu(driverName: string): Datasheet | null {
  const found = CARDS.find(({ pattern }) => pattern.test(driverName));
  if (found === undefined) return null;
  const { name, fp32, fp16, bandwidth, source } = found;
  return {
    name,
    source,
    fp32FlopsPerSecond: fp32 * 1e12,
    fp16FlopsPerSecond: fp16 * 1e12,
    bytesPerSecond: bandwidth * 1e9,
  };
}

/** The data sheet of a processor, its rate that of so many cores at their base clock; null where it is not in the table. */
export function datasheetOfCpu(model: string, cores: number): Datasheet | null {
  const found = PROCESSORS.find(({ pattern }) => pattern.test(model));
  if (found === undefined) return null;
  const { name, base, perCycle, bandwidth, source } = found;
  const used = Math.min(cores, found.cores);
  return {
    name,
    source,
    fp32FlopsPerSecond: perCycle === null ? null : used * base * 1e9 * perCycle,
    fp16FlopsPerSecond: null,
    bytesPerSecond: bandwidth * 1e9,
  };
}

function card(
  pattern: RegExp,
  name: string,
  [fp32, fp16, bandwidth]: readonly [number, number, number],
  source: string,
): Card {
  return { pattern, name, fp32, fp16, bandwidth, source };
}

function processor(
  pattern: RegExp,
  name: string,
  [cores, base, perCycle, bandwidth]: readonly [number, number, number | null, number],
  source: string,
): Processor {
  return { pattern, name, cores, base, perCycle, bandwidth, source };
}
