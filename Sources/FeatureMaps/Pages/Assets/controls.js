// Fields and choices that the pages are operated with.

/** A row of choices, one of which is made. */
function radios(name, legend, options, value, changed) {
  const buttons = options.map(([key, text]) => {
    const input = element("input", { type: "radio", name, value: String(key), checked: key === value, onchange: () => changed(key) });
    return element("label", {}, input, element("span", {}, text));
  });
  return element("fieldset", { class: "choices" }, element("legend", {}, legend), ...buttons);
}

/** A control with its label. */
function field(label, control, hint = "") {
  return element("label", { class: "field", title: hint }, element("span", {}, label), control);
}

/** A list of choices, one of which is made. */
function choice(options, value, changed) {
  const select = element("select", { onchange: () => changed(select.value) },
    ...options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)));
  return select;
}

/**
 * An input for a number or a text: `read` turns its text into a value or throws, and `write` takes the value.
 * What cannot be read is marked and changes nothing.
 */
function entry(value, read, write, attributes = {}) {
  const input = element("input", {
    type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, value: String(value), ...attributes,
  });
  input.addEventListener("input", () => {
    try {
      const found = read(input.value.trim());
      input.removeAttribute("aria-invalid");
      input.title = "";
      write(found);
    } catch (error) {
      input.setAttribute("aria-invalid", "true");
      input.title = error.message;
    }
  });
  return input;
}
