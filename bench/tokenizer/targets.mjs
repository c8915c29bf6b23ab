// What the tokenizer is meant to reach, as ratios.
const BYTE_LEVEL = ['gpt2', 'cl100k', 'o200k', 'llama3', 'qwen3', 'neox-kind'];
const BYTE_LEVEL_WARM = { english: 100, code: 100, json: 100, multilingual: 50 };
const OTHERS_WARM = { english: 30, code: 30, json: 30, multilingual: 30 };
const FIRST_SIGHT = 40;
const SHORT_CALLS = 60;
const OTHER_PEERS = 6;

/** Rows { what, target, value } of an encoding from the summaries of run.mjs, whose first is ours. */
export function targetRows(name, [ours, ...others]) {
  const reference = others.find(({ peer }) => peer.startsWith('tokenizers'));
  const rest = others.filter((peer) => peer !== reference);
  const rows = [];
  for (const [category, target] of Object.entries(
    BYTE_LEVEL.includes(name) ? BYTE_LEVEL_WARM : OTHERS_WARM,
  )) {
    if (reference) {
      rows.push({ what: `${category}, warm`, target, value: ours.warm[category] / reference.warm[category] });
      const value = ours.first[category] / reference.first[category];
      rows.push({ what: `${category}, first sight`, target: FIRST_SIGHT, value });
    }
    const fastest = Math.max(...rest.map(({ warm }) => warm[category]));
    if (rest.length > 0) {
      rows.push({
        what: `${category}, other peers`,
        target: OTHER_PEERS,
        value: ours.warm[category] / fastest,
      });
    }
  }
  if (reference)
    rows.push({
      what: '20-character calls',
      target: SHORT_CALLS,
      value: ours.warm.call / reference.warm.call,
    });
  return rows;
}
