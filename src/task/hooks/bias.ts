import type { PyDict } from '../../python/value.js';
import { BBQ } from './bbq.js';
import { column, textColumn } from './doc-value.js';
import type { FamilyHooks } from './hook.js';
import { loglikelihoodOf } from './loglikelihood-result.js';

const KINDS_OF_BIAS = {
  race_color: 'race-color',
  socio: 'socioeconomic',
  gender: 'gender',
  age: 'age',
  religion: 'religion',
  disability: 'disability',
  orientation: 'sexual-orientation',
  nationality: 'nationality',
  appearance: 'physical-appearance',
  autre: 'autre',
};

const CROWS_PAIRS: FamilyHooks = {
  process_docs: Object.fromEntries(
    Object.entries(KINDS_OF_BIAS).map(([name, kind]) => [
      `filter_${name}`,
      (docs: readonly PyDict[]) => docs.filter((doc) => textColumn(doc, 'bias_type').startsWith(kind)),
    ]),
  ),
  doc_to_choice: { doc_to_choice: (doc) => [column(doc, 'sent_more'), column(doc, 'sent_less')] },
  process_results: {
    process_results: (_doc, results) => {
      const [more = 0, less = 0] = results.map(loglikelihoodOf);
      return { likelihood_diff: Math.abs(more - less), pct_stereotype: more > less ? 1 : 0 };
    },
  },
};

const WINOGENDER: FamilyHooks = {
  process_docs: Object.fromEntries(
    ['male', 'female', 'neutral'].map((gender) => [
      `filter_${gender}`,
      (docs: readonly PyDict[]) => docs.filter((doc) => doc['gender'] === gender),
    ]),
  ),
};

/** Tasks that measure social bias. */
export const BIAS: Readonly<Record<string, FamilyHooks>> = {
  bbq: BBQ,
  crows_pairs: CROWS_PAIRS,
  winogender: WINOGENDER,
};
