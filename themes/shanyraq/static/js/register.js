// Filters of a register: they hide rows, say how many are left, and stand in the address, which can be shared.
const filters = document.querySelector(".filters");
const rows = [...document.querySelectorAll(".register tbody tr")];
const status = document.querySelector(".register-count");
const fields = [...filters.querySelectorAll("[name]")];
const address = new URL(location);

// Nobody searches for capitals, and few for ё.
const plain = (text) => text.toLocaleLowerCase(document.documentElement.lang).replaceAll("ё", "е");
const found = rows.map((row) => ({ row, text: plain(row.textContent), tokens: row.dataset.tokens.split(" ") }));

function show() {
  const wanted = fields.filter((field) => field.value.trim());
  let shown = 0;
  for (const { row, text, tokens } of found) {
    const fits = ({ name, value }) =>
      name === "q" ? plain(value).split(/\s+/).every((word) => text.includes(word)) : tokens.includes(`${name}:${value}`);
    row.hidden = !wanted.every(fits);
    shown += !row.hidden;
  }
  const words = shown ? filters.dataset.shown.replace("{shown}", shown).replace("{total}", rows.length) : filters.dataset.none;
  if (status.textContent !== words) status.textContent = words;
  address.hash = location.hash;
  for (const { name } of fields) address.searchParams.delete(name);
  for (const { name, value } of wanted) address.searchParams.set(name, value);
  // The same choice in another language.
  for (const link of document.querySelectorAll(".languages a")) link.search = address.search;
}

// Browsers refuse addresses that change at every key.
let waiting;
function change() {
  show();
  clearTimeout(waiting);
  waiting = setTimeout(() => history.replaceState(history.state, "", address), 300);
}

for (const field of fields) {
  field.value = address.searchParams.get(field.name) ?? "";
  // What another register has, or an older state of this one.
  if (field.selectedIndex < 0) field.selectedIndex = 0;
}
filters.hidden = false;
filters.addEventListener("input", change);
filters.querySelector("button").addEventListener("click", () => {
  for (const field of fields) field.value = "";
  change();
});
if (fields.some((field) => field.value)) show();
