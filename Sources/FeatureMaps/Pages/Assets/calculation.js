// The calculation of one sample as tables and steps.

/** The most rows and columns of a window whose numbers are all shown at once. */
const largestTable = 11;

/** A table of numbers whose rows and columns are those of the input. */
function windowTable(caption, window, numbers, describe) {
  const head = element("tr", {}, element("td"), ...window.columns.map((column) => headOf("col", column)));
  const body = numbers.map((line, row) =>
    element("tr", {}, headOf("row", window.rows[row]), ...line.map((value, column) => {
      const { style, isPadding, isLargest, open } = describe(value, row, column);
      const cell = numberElement("td", value, 5, { class: isPadding ? "padding" : isLargest ? "largest" : "" });
      cell.style.cssText = style;
      if (open) {
        const properties = { type: "button", class: "number", title: open.title, onclick: open.go };
        cell.replaceChildren(element("button", properties, numberText(value, 5)));
      }
      return cell;
    })));
  return element("table", { class: "window" }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
}

function headOf(scope, { position, source }) {
  const label = position === source ? numberText(position) : `${numberText(position)}*`;
  const title = position === source ? `${position}` : `${position} lies in the padding${source < 0 ? "" : ` and holds ${source}`}`;
  return element("th", { scope, title }, label);
}

/** The background of a number: samples by their brightness, signed numbers by the diverging map. */
function cellStyle(value, largest, palette, isSigned) {
  const part = isSigned ? 127.5 + (127.5 * value) / (largest || 1) : (255 * value) / (largest || 1);
  const entry = 3 * Math.round(Math.min(255, Math.max(0, part)));
  const [red, green, blue] = palette.subarray(entry, entry + 3);
  return `background:rgb(${red} ${green} ${blue});color:${inkOn(red, green, blue)}`;
}

const sign = (text) => element("span", { class: "sign", "aria-hidden": "true" }, text);

/** The three tables of one input: window × kernel = products. */
function planeTables(explanation, plane, full, palettes, open) {
  const { rows, columns } = explanation;
  const largestTap = Math.max(...plane.taps.flat().map(Math.abs));
  const largestProduct = Math.max(...plane.products.flat().map(Math.abs));
  const isPadding = (row, column) => rows[row].position !== rows[row].source || columns[column].position !== columns[column].source;
  const samples = windowTable(`Window on ${plane.name}`, explanation, plane.samples, (value, row, column) => ({
    style: cellStyle(value, full, palettes.grey, false), isPadding: isPadding(row, column),
    isLargest: explanation.reduction === "largest" && plane.taps[row][column] !== 0 && plane.products[row][column] === explanation.sum,
    open: open && !isPadding(row, column) ? open(columns[column].source, rows[row].source) : null,
  }));
  const alphas = plane.alphas && windowTable("alpha", explanation, plane.alphas, (value, row, column) => ({
    style: cellStyle(value, full, palettes.grey, false), isPadding: isPadding(row, column),
  }));
  const taps = windowTable("Kernel", explanation, plane.taps, (value) => ({
    style: cellStyle(value, largestTap, palettes.diverging, true),
  }));
  const products = windowTable("Products", explanation, plane.products, (value) => ({
    style: cellStyle(value, largestProduct, palettes.diverging, true),
  }));
  // A pooling takes samples as they are.
  if (explanation.isPooled) return element("div", { class: "product" }, samples, ...(alphas ? [sign("×"), alphas, sign("="), products] : []));
  return element("div", { class: "product" }, samples, ...(alphas ? [sign("×"), alphas] : []), sign("×"), taps, sign("="), products);
}

/** Of a window too large to print: three pictures, and on demand all numbers. */
function planePictures(explanation, plane, full, palettes, open) {
  const draw = (caption, numbers, palette, isSigned) => {
    const canvas = element("canvas", { role: "img", "aria-label": `${caption}: ${numbers.length}×${numbers[0].length} numbers` });
    const flat = numbers.flat();
    const largest = isSigned ? Math.max(...flat.map(Math.abs)) : full;
    canvas.width = numbers[0].length;
    canvas.height = numbers.length;
    const image = new ImageData(canvas.width, canvas.height);
    flat.forEach((value, place) => {
      const part = isSigned ? 127.5 + (127.5 * value) / (largest || 1) : (255 * value) / largest;
      const entry = 3 * Math.round(Math.min(255, Math.max(0, part)));
      image.data.set([...palette.subarray(entry, entry + 3), 255], 4 * place);
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
    return element("figure", { class: "heat" }, canvas, element("figcaption", {}, caption));
  };
  const window = draw(`Window on ${plane.name}`, plane.samples, palettes.grey, false);
  const factors = explanation.isPooled ? [] : [
    sign("×"), draw("Kernel", plane.taps, palettes.diverging, true),
    sign("="), draw("Products", plane.products, palettes.diverging, true),
  ];
  const pictures = element("div", { class: "product" }, window, ...factors);
  const all = element("details", {}, element("summary", {}, `All ${plane.taps.length * plane.taps[0].length} numbers`));
  all.addEventListener("toggle", () => {
    if (all.open && all.childElementCount === 1) all.append(planeTables(explanation, plane, full, palettes, open));
  });
  return element("div", {}, pictures, all);
}

/** The name of a range mapping, the ends of a range with few digits. */
const mappingText = (name) => name.split(":").map((part) => (Number.isFinite(Number(part)) ? numberText(Number(part), 4) : part)).join(":");

/** What happens to the sum, step by step: [label, number, note]. */
function stepsOf(explanation, layer, finish) {
  const { reduction, sum: total, divisor, alpha, bias, computed, activated, encoded, mapped, rounded, stored, isAlpha } = explanation;
  const largest = reduction === "largest" ? placeOfLargest(explanation) : "";
  const steps = [[reduction === "largest" ? "largest" : layer.isPooling ? "sum" : "sum of products", total, largest]];
  if (divisor !== 1) steps.push([layer.isPooling ? "÷ samples" : "÷ divisor", divisor]);
  if (alpha !== null) steps.push(["÷ alpha of the result", alpha]);
  if (bias !== 0) steps.push(["+ bias", bias, `${numberText(bias / layer.full)} of full range`]);
  if (steps.length > 1) steps.push(["= result", computed]);
  if (!isAlpha) layer.functions.forEach((name, index) => steps.push([name, activated[index]]));
  if (finish) {
    if (encoded !== null) steps.push(["light encoded", encoded]);
    if (!isAlpha && finish.name !== "clamp") steps.push([`mapped (${mappingText(finish.name)})`, mapped]);
    if (rounded !== mapped) steps.push(["rounded", rounded, Math.abs(mapped % 1) === 0.5 ? "a tie, to even" : ""]);
    steps.push(["stored", stored, stored === rounded ? "" : `clamped to 0…${layer.full}`]);
  }
  return steps;
}

function placeOfLargest({ planes, sum: largest, rows, columns }) {
  for (const [row, line] of planes[0].products.entries()) {
    const column = line.findIndex((value, place) => planes[0].taps[row][place] !== 0 && value === largest);
    if (column >= 0) return `at ${columns[column].source},${rows[row].source}`;
  }
  return "";
}

/** Fills the holder with the calculation of a sample. */
function showCalculation(holder, explanation, layer, finish, palettes, open) {
  const isSmall = Math.max(explanation.rows.length, explanation.columns.length) <= largestTable;
  const parts = explanation.planes.map((plane) =>
    (isSmall ? planeTables : planePictures)(explanation, plane, layer.full, palettes, open));
  const steps = stepsOf(explanation, layer, finish).map(([label, value, note], index, all) =>
    element("div", { class: index === all.length - 1 ? "step last" : "step" }, element("dt", {}, label),
      numberElement("dd", value, 9, { class: "value" }), element("dd", { class: "note" }, note ?? "")));
  holder.replaceChildren(element("div", { class: "planes" }, ...parts), element("dl", { class: "steps" }, ...steps));
}
