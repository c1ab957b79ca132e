// Small helpers that every part of the pages uses: elements, numbers, colours of the theme.

/** Makes an element: attributes and properties by name, `on…` for listeners, then children. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name in made && !name.startsWith("aria")) made[name] = value;
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const find = (id) => document.getElementById(id);

/** A number for people: at most `digits` significant ones, with a true minus sign. */
function numberText(value, digits = 7) {
  if (value === null) return "–";
  const text = Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

/** A number with itself, in full, beside what is shown of it. */
function numberElement(tag, value, digits, attributes = {}) {
  return element(tag, { ...attributes, data: { value: String(value) }, title: String(value) }, numberText(value, digits));
}

/** The colour that a variable of the style sheet has in the present theme. */
function themeColor(name) {
  document.documentElement.style.setProperty("outline-color", `var(--${name})`);
  return getComputedStyle(document.documentElement).outlineColor;
}

/** Reads the model that the program has put into the page. */
const readModel = () => JSON.parse(find("model").textContent);

/** Shows the page's title, whose names are not broken at their hyphens. */
function showTitle() {
  const { title } = readModel();
  find("title").textContent = title.replaceAll("-", "\u2011");
  document.title = `${title} – imgconv`;
}

/** Sets up the switch between the system's theme, light and dark; calls `changed` after each change. */
function setUpTheme(changed) {
  const keep = (theme) => { try { localStorage.setItem("imgconv-theme", theme); } catch { /* a page on a disk may have none */ } };
  const kept = () => { try { return localStorage.getItem("imgconv-theme"); } catch { return null; } };
  const choose = (theme) => {
    document.documentElement.dataset.theme = theme;
    changed();
  };
  for (const input of document.querySelectorAll("input[name=theme]")) {
    input.checked = input.value === (kept() ?? "system");
    if (input.checked) document.documentElement.dataset.theme = input.value;
    input.addEventListener("change", () => { keep(input.value); choose(input.value); });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** Sharpens a canvas for the screen's pixels and gives its context, scaled to CSS pixels. */
function sharpContext(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
