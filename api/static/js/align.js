// Evidence and words point into an utterance's `raw` form (一三六九); the page shows its `text` (1369). This finds
// where a stretch of the one lies in the other.

/**
 * For every boundary 0 … raw.length of `raw`, the boundary of `text` that corresponds to it.
 *
 * Characters that both have in common order (longest common subsequence) are anchors; what lies between two anchors
 * is mapped in proportion, so that digits find the numerals that they were spoken as.
 */
export function boundaries(raw, text) {
  const anchors = [...commonCharacters(raw, text), [raw.length, text.length]];
  const map = new Array(raw.length + 1).fill(0);
  let [fromRaw, fromText] = [0, 0];
  for (const [inRaw, inText] of anchors) {
    const gap = inRaw - fromRaw;
    for (let i = 0; i < gap; i++) map[fromRaw + i] = fromText + Math.round((i * (inText - fromText)) / gap);
    map[inRaw] = inText;
    [fromRaw, fromText] = [inRaw + 1, inText + 1];
  }
  return map;
}

/** Pairs [index in a, index in b] of a longest common subsequence. */
function commonCharacters(a, b) {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      best[at] = a[i] === b[j] ? best[at + width + 1] + 1 : Math.max(best[at + width], best[at + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i++;
    else j++;
  }
  return pairs;
}

/** The stretch [start, end) of `text` that shows the stretch `span` of `raw`, without punctuation at its ends. */
export function shown(map, text, [start, end]) {
  let [from, to] = [map[Math.min(start, map.length - 1)], map[Math.min(end, map.length - 1)]];
  const isMark = (c) => /[，。？！、；：\s]/.test(c);
  while (from < to && isMark(text[from])) from++;
  while (to > from && isMark(text[to - 1])) to--;
  return [from, to];
}

/** The stretches of `raw` that its words cover, with each word's confidence. */
export function wordSpans(raw, words) {
  const spans = [];
  let at = 0;
  for (const word of words) {
    const start = raw.indexOf(word.text, at);
    if (start < 0) continue;
    at = start + word.text.length;
    spans.push({ span: [start, at], confidence: word.confidence });
  }
  return spans;
}
