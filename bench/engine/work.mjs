import { createRandom } from '../../dist/stats/random.js';

// The requests that every subject answers. All texts are made from a seed; nothing repeats but the few-shot examples,
// which are the same for every sample, as MMLU's are.

const SAMPLES = 200;
const CHOICES = 4;
const PROMPT = 64;
const NEW = 64;

/** Works by name: `requests` as tasks make them, and how many of them a slow subject is asked. */
export function makeWorks(codec) {
  const random = createRandom('engine bench');
  const letter = () => 'etaoinshrdlucmfwyp'[random.integer(18)];
  const word = () => Array.from({ length: 2 + random.integer(5) }, letter).join('');
  const words = (count) => Array.from({ length: count }, word).join(' ');
  // " e" is one token of every synthetic tokenizer.
  const ofLength = (count) => {
    let text = words(12);
    while (codec.encode(text, { addSpecialTokens: true }).length < count) text += ' e';
    return text;
  };
  const question = () => `Question: ${words(12 + random.integer(8))}\nAnswer:`;
  const shots = Array.from({ length: 5 }, () => `${question()} ${words(3)}\n\n`).join('');
  const samples = (prefix, choices) =>
    Array.from({ length: SAMPLES }, () => {
      const context = `${prefix}${question()}`;
      return choices().map((choice) => ({ kind: 'loglikelihood', context, continuation: ` ${choice}` }));
    }).flat();
  const phrases = () => Array.from({ length: CHOICES }, () => words(2 + random.integer(3)));
  const prompts = (count) =>
    Array.from({ length: count }, () => ({
      kind: 'generate_until',
      context: ofLength(PROMPT),
      until: [],
      maxNewTokens: NEW,
    }));
  return {
    fewShot: samples(shots, phrases),
    oneToken: samples('', () => ['e', 't', 'a', 'o']),
    generate1: prompts(1),
    generate16: prompts(16),
  };
}
