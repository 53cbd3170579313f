// The colours that the reader chose: light, dark, or (nothing chosen) those of the device. Loaded with
// blocking="render", so that a page never shows itself in other colours first.

const KEY = "theme";
const root = document.documentElement;
const select = document.querySelector(".theme-switch select");
const bars = [...document.querySelectorAll('meta[name="theme-color"]')];
const colours = bars.map((bar) => bar.content);

function show(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  // The browser's own bars: the first colour is that of light, the second that of dark.
  bars.forEach((bar, index) => {
    bar.content = colours[theme === "light" ? 0 : theme === "dark" ? 1 : index];
  });
  if (select) select.value = root.dataset.theme ?? "auto";
}

// Where storage is forbidden the choice holds for this page.
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

show(remembered());
addEventListener("storage", (event) => event.key === KEY && show(event.newValue));
// A page that comes back from the browser's memory may be older than the choice.
addEventListener("pageshow", (event) => event.persisted && show(remembered()));
if (select) {
  select.closest("[hidden]").hidden = false;
  select.addEventListener("change", () => {
    try {
      if (select.value === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, select.value);
    } catch {
      // Not remembered, then.
    }
    show(select.value);
  });
}
