// The strip of all maps, each with its kernel, in step with the place chosen.

/** The strip of all maps, where there are several: each with its kernel and its value at the place chosen. */
async function showFilms(page, pause) {
  const films = page.chains.flatMap((chain) =>
    range([0, page.layout(chain.network, chain.network.layers.length).tiles]).map((tile) => ({ chain, tile })));
  find("films").hidden = films.length < 2;
  if (films.length < 2) return;
  if (find("films").childElementCount !== films.length) find("films").replaceChildren(...films.map(() => filmElement()));
  for (const [at, { chain, tile }] of films.entries()) {
    const button = Object.assign(find("films").children[at], { chain, tile });
    const ofChain = filmName(chain, tile);
    const name = page.chains.length === 1 || ofChain.startsWith(chain.name) ? ofChain : `${chain.name} ${ofChain}`;
    button.onclick = () => page.chooseMap(chain, tile);
    button.setAttribute("aria-pressed", String(chain === page.chain && tile === page.tile));
    button.querySelector(".name").textContent = name;
    const key = [name, page.palette, page.mapping, page.channel, page.inColor].join();
    if (button.shown !== chain.network || button.key !== key) await paintFilm(page, button, chain, tile, pause);
    [button.shown, button.key] = [chain.network, key];
  }
  await showFilmPlaces(page);
}

const filmElement = () => element("button", { type: "button", class: "film" },
  element("span", { class: "thumb", "aria-hidden": "true" }, element("canvas"), element("i")),
  element("span", { class: "name" }), element("canvas", { class: "icon", "aria-hidden": "true" }), element("span", { class: "amount" }));

/** The name of a map of a chain: that of its kernel in the bank, or the chain's. */
function filmName(chain, tile) {
  const last = chain.steps.findLast((step) => step.kind === "convolution" && step.shape[0] > 1);
  return last?.names?.[tile % last.shape[0]] ?? chain.name;
}

/** A small picture of a map, of samples at equal distances. */
async function paintFilm(page, button, chain, tile, pause) {
  const { network } = chain;
  const level = network.layers.length;
  const shape = network.shape(level);
  const step = Math.max(1, Math.floor(length(shape.columns) / 176));
  const [rows, columns] = [shape.rows, shape.columns].map((run) => range(run).filter((at) => (at - run[0]) % step === 0));
  const planes = [];
  for (const channel of page.planesShown(network, level, tile)) planes.push(await network.part(level, channel, rows, columns, pause));
  const finish = settle(page.channel === "A" ? "clamp" : page.mapping, planes, page.job);
  const palette = page.palette === "grey" ? null : page.palettes[page.palette];
  const image = imageOf(planes, null, columns.length, rows.length, finish, palette);
  const canvas = button.querySelector(".thumb canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
  const { step: kernel } = network.layers.findLast((layer) => !layer.isPooling);
  const [outputs, , height, width] = kernel.shape;
  const start = (tile % outputs) * kernel.taps.length / outputs;
  drawKernel(button.querySelector(".icon"), kernel.taps.slice(start, start + height * width), height, width, page.palettes.diverging);
}

/** Marks the place chosen on every map of the strip, and writes the value there. */
async function showFilmPlaces(page) {
  const from = page.network.shape(page.level);
  for (const button of find("films").children) {
    if (!button.shown) continue;
    const network = button.shown;
    const level = network.layers.length;
    const to = network.shape(level);
    const [x, y] = [[page.x, from.width, to.width, to.columns], [page.y, from.height, to.height, to.rows]]
      .map(([at, before, after, [low, high]]) => Math.min(high - 1, Math.max(low, Math.floor(((at + 0.5) * after) / before))));
    const shown = page.planesShown(network, level, button.tile);
    const [value] = await network.part(level, shown[page.explainedIndex(shown.length)], [y], [x], async () => {});
    button.querySelector(".amount").textContent = numberText(value, 5);
    const part = (at, [low, high]) => `${(100 * (at + 0.5 - low)) / (high - low)}%`;
    Object.assign(button.querySelector("i").style, { left: part(x, to.columns), top: part(y, to.rows) });
  }
}
