import type { Estimate } from '../analysis/estimate.js';
import type { HalfKept, Memorisation } from '../analysis/memorisation.js';
import { scaleChart } from './charts/scale-chart.js';
import { formatSignificant, formatValue } from './number-format.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';

/** What each scale keeps of strings by how often it saw them, a section a set of tasks. */
export function memorisationSections(
  memorisations: readonly Memorisation[],
  names: ReportNames,
): ReportSection[] {
  return memorisations.map((memorisation, i) => sectionOf(memorisation, i, names));
}

function sectionOf(memorisation: Memorisation, index: number, names: ReportNames): ReportSection {
  const { stem, metric, cells, halfKept, perTenfoldSize, perTenfoldRepetitions } = memorisation;
  const repetitions = [...new Set(cells.map((cell) => cell.repetitions))];
  const valueOf = (scale: string, times: number): string => {
    const cell = cells.find((own) => own.scale === scale && own.repetitions === times);
    return cell === undefined ? '' : formatValue(cell.value);
  };
  const id = `memorisation${index === 0 ? '' : index + 1}`;
  return {
    id,
    title: 'What is memorised, by scale and repetition',
    paragraphs: [
      `${metric} of ${stem} by how often the training data held each string. Ten times the size adds ${estimate(perTenfoldSize)} to the logit of the share kept, ten times the repetitions ${estimate(perTenfoldRepetitions)}.`,
    ],
    header: ['scale', ...repetitions.map((times) => `${times}x`), 'half kept from'],
    numeric: repetitions.map((_, i) => i + 1),
    rows: halfKept.map((half) => [
      names.scale(half.scale),
      ...repetitions.map((times) => valueOf(half.scale, times)),
      halfInWords(half),
    ]),
    charts: [
      {
        name: id,
        spec: (theme) =>
          scaleChart(
            {
              title: metric,
              isLinear: true,
              rows: cells.map(({ scale, nParams, repetitions: times, value, ci95 }) => ({
                scale: names.scale(scale),
                nParams,
                value,
                lo: ci95[0],
                hi: ci95[1],
                series: `${times}x`,
              })),
            },
            { theme, height: 260 },
          ),
        alt: `${metric} of ${stem} by scale, a line for each number of repetitions; the table holds the values.`,
        caption: 'Share kept by scale, a line for each number of repetitions, with 95% intervals.',
      },
    ],
  };
}

const estimate = ({ value, lo, hi }: Estimate): string =>
  `${formatSignificant(value)} (${formatSignificant(lo)} to ${formatSignificant(hi)})`;

function halfInWords({ above, atMost }: HalfKept): string {
  if (atMost === null) return `more than ${above ?? 0}x`;
  return above === null ? `at most ${atMost}x` : `(${above}x, ${atMost}x]`;
}
