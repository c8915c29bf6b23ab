const PRECISION = 8;
const LINE_WIDTH = 75;

/** How numpy prints a one-dimensional array of finite numbers from 0 (numpy.array2string with its defaults). */
export function numpyText(values: readonly number[]): string {
  const words = isScientific(values) ? scientific(values) : positional(values);
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length > 1 && line.length + word.length > LINE_WIDTH - 1) {
      lines.push(line.trimEnd());
      line = ' ';
    }
    line += `${word} `;
  }
  return `[${[...lines, line.slice(0, -1)].join('\n').slice(1)}]`;
}

function isScientific(values: readonly number[]): boolean {
  const sizes = values.filter((value) => value !== 0);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  return sizes.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
}

// The points stand below one another.
function positional(values: readonly number[]): string[] {
  const parts = values.map(
    (value) => value.toFixed(PRECISION).replace(/0+$/, '').split('.') as [string, string],
  );
  const left = Math.max(...parts.map(([whole]) => whole.length));
  const right = Math.max(...parts.map(([, fraction]) => fraction.length));
  return parts.map(([whole, fraction]) => `${whole.padStart(left)}.${fraction.padEnd(right)}`);
}

function scientific(values: readonly number[]): string[] {
  const digits = values.map((value) => value.toExponential(PRECISION).replace(/\.?0*e.*$/, ''));
  const precision = Math.max(...digits.map((mantissa) => Math.max(0, mantissa.length - 2)));
  const parts = values.map((value) => value.toExponential(precision).split('e') as [string, string]);
  const width = Math.max(2, ...parts.map(([, exponent]) => exponent.length - 1));
  return parts.map(([mantissa, exponent]) => {
    const point = precision === 0 ? '.' : '';
    return `${mantissa}${point}e${exponent.charAt(0)}${exponent.slice(1).padStart(width, '0')}`;
  });
}
