/** Texts whose contrast with the ground behind them is below 4.5 (WCAG 2.2, 1.4.3), as the browser computes both. A script for the page. */
export const WEAK_TEXTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const parse = (text) => {
    if (canvas === null) return [0, 0, 0, 0];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => {
    const mix = (i) => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const groundOf = (element) =>
    element === null
      ? [255, 255, 255, 1]
      : over(parse(getComputedStyle(element).backgroundColor), groundOf(element.parentElement));
  const light = ([r, g, b]) => {
    const part = (value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const weak = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
    );
    if (!own || element.closest('script, style, #tip, .skip') !== null) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const ink = over(parse(element.closest('svg') === null ? style.color : style.fill), ground);
    const [high = 0, low = 0] = [light(ink), light(ground)].toSorted((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5)
      weak.add(\`\${element.tagName}.\${element.getAttribute('class') ?? ''} \${ratio.toFixed(2)}\`);
  }
  return [...weak];
})()`;
