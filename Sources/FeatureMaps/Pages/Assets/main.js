// Opens the page: reads the model, connects the fields, and shows the first sample.

function describeInput({ input, crop, overview, channels }) {
  const isWhole = crop.width === input.width && crop.height === input.height;
  showTitle();
  find("subtitle").textContent = `${input.name}, ${input.width}×${input.height}, ${input.detail}`;
  const [right, bottom] = [crop.x + crop.width - 1, crop.y + crop.height - 1];
  const place = isWhole ? "Photograph" : `Columns ${crop.x} to ${right}, rows ${crop.y} to ${bottom} of the photograph`;
  find("photo-caption").textContent = channels === "each" || input.colors.length === 1 ? place : `${place}, ${channels}`;
  if (!overview) return;
  const part = (value, whole) => `${(100 * value) / whole}%`;
  const box = element("div", { class: "frame" });
  Object.assign(box.style, {
    left: part(crop.x, input.width), top: part(crop.y, input.height), width: part(crop.width, input.width),
    height: part(crop.height, input.height),
  });
  const alt = "The whole photograph; a frame marks the part that this page holds";
  find("overview").append(element("img", { src: `data:image/png;base64,${overview}`, alt }), box);
  find("overview").hidden = false;
}

function connect(page) {
  for (const [id, axis] of [["column", "x"], ["row", "y"]]) {
    find(id).addEventListener("change", () => {
      page.hold(true);
      const value = Math.trunc(Number(find(id).value)) || 0;
      page.select(axis === "x" ? value : page.x, axis === "y" ? value : page.y);
    });
  }
  find("reset").addEventListener("click", () => page.reset());
  addEventListener("keydown", (event) => { if (event.key === "Escape") page.hold(false); });
  for (const button of document.querySelectorAll("button[data-copies]")) {
    button.addEventListener("click", () => copy(find(button.dataset.copies).textContent, button));
  }
  let width = find("window-cells").clientWidth;
  new ResizeObserver(() => {
    if (find("window-cells").clientWidth === width) return;
    width = find("window-cells").clientWidth;
    page.showPlace();
  }).observe(find("window-cells"));
}

/** Copies a text; pages from a disk may not use the clipboard, and then the text is selected to be copied by hand. */
async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(find(button.dataset.copies));
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

async function start() {
  const model = readModel();
  describeInput(model);
  const page = new Page(model, await Photograph.open(model));
  setUpTheme(() => page.showPlace());
  connect(page);
  if (model.place) [page.x, page.y] = [model.place.x, model.place.y];
  else {
    const { rows, columns } = page.network.shape(page.level);
    [page.x, page.y] = [Math.floor((columns[0] + columns[1]) / 2), Math.floor((rows[0] + rows[1]) / 2)];
  }
  page.hold(Boolean(model.place));
  await page.showAll();
  // For the browser's console and for tests.
  globalThis.page = page;
}

start().catch((error) => {
  find("fault").textContent = `The page cannot be shown: ${error.message}`;
  throw error;
});
