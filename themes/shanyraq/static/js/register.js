// Filters of a register: they hide rows, say how many are left, and stand in the address, which can be shared.
const form = document.querySelector(".filters");
const rows = [...document.querySelectorAll(".register tbody tr")];
const status = document.querySelector(".register-count");
const fields = [...form.elements].filter((field) => field.name);
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
  const words = shown ? form.dataset.shown.replace("{shown}", shown).replace("{total}", rows.length) : form.dataset.none;
  if (status.textContent !== words) status.textContent = words;
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
form.hidden = false;
form.addEventListener("input", change);
form.addEventListener("reset", () => setTimeout(change));
form.addEventListener("submit", (event) => event.preventDefault());
if (fields.some((field) => field.value)) show();
