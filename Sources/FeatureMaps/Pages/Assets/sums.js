// The inner loops of a convolution: a tap times a row of samples.

/** The column and the row whose products are the taps, where there are such and it saves work; null elsewhere. */
function factorsOf(taps, height, width) {
  if (Math.min(height, width) < 5) return null;
  const largest = taps.reduce((best, tap, place) => (Math.abs(tap) > Math.abs(taps[best]) ? place : best), 0);
  const [pivot, at] = [taps[largest], largest % width];
  if (pivot === 0) return null;
  const row = taps.slice(largest - at, largest - at + width);
  const column = range([0, height]).map((line) => taps[line * width + at] / pivot);
  const isProduct = taps.every((tap, place) => Math.abs(tap - column[Math.floor(place / width)] * row[place % width]) <= 1e-14 * Math.abs(pivot));
  return isProduct ? { row, column } : null;
}

/**
 * The places of one tap for every column, and the run of columns, from `first` to `end`, whose places are a step apart:
 * all but those whose taps lie in the padding.
 */
function columnsOfTap(places, tap, kernel, step) {
  const columns = Int32Array.from({ length: places.length / kernel }, (_, x) => places[x * kernel + tap]);
  const follows = (x) => columns[x] >= 0 && columns[x] === columns[x - 1] + step;
  const middle = columns.length >> 1;
  let [first, end] = [middle, middle + 1];
  while (end < columns.length && follows(end)) end += 1;
  while (first > 0 && columns[first - 1] >= 0 && follows(first)) first -= 1;
  return columns[middle] < 0 ? { columns, first: 0, end: 0, step } : { columns, first, end, step };
}

/** Adds a tap times the samples under it to a row of sums; `plane` is null where a constant row lies under it. */
function addTap(line, tap, plane, start, { columns, first, end, step }, constant) {
  if (plane === null) {
    for (let x = 0; x < line.length; x += 1) line[x] += tap * constant;
    return;
  }
  const one = (x) => { line[x] += tap * (columns[x] < 0 ? constant : plane[start + columns[x]]); };
  for (let x = 0; x < first; x += 1) one(x);
  for (let x = first, at = start + columns[first]; x < end; x += 1, at += step) line[x] += tap * plane[at];
  for (let x = end; x < line.length; x += 1) one(x);
}
