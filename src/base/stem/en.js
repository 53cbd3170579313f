// Snowball's stemmer for English (https://snowballstem.org/algorithms/english/stemmer.html).
const ODD = { skis: "ski", skies: "sky", dying: "die", lying: "lie", tying: "tie", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli", singly: "singl" };
for (const word of "sky news howe atlas cosmos bias andes".split(" ")) ODD[word] = word;
const DONE = /^(?:inning|outing|canning|herring|earring|proceed|exceed|succeed)$/;
const pairs = (text) => text.split(" ").map((pair) => pair.split(":"));
const SECOND = pairs("ational:ate ization:ize fulness:ful ousness:ous iveness:ive tional:tion biliti:ble lessli:less entli:ent ation:ate alism:al aliti:al ousli:ous iviti:ive fulli:ful enci:ence anci:ance abli:able izer:ize ator:ate alli:al bli:ble ogi:og li:");
const THIRD = pairs("ational:ate tional:tion alize:al icate:ic iciti:ic ative: ical:ic ness: ful:");
const FOURTH = "ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic".split(" ");
const isShort = (word) => /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/.test(word);
function stem(word) {
  if (!/^[a-z]+$/.test(word) || word.length < 3) return word;
  if (Object.hasOwn(ODD, word)) return ODD[word];
  word = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  const region = (from) => {
    const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
    return found ? from + found.index + 2 : word.length;
  };
  const first = /^(?:gener|commun|arsen)/.exec(word)?.[0].length ?? region(0);
  const second = region(first);
  // 1a
  if (word.endsWith("sses")) word = word.slice(0, -2);
  else if (/ie[ds]$/.test(word)) word = word.slice(0, word.length > 4 ? -2 : -1);
  else if (/[^us]s$/.test(word) && /[aeiouy]/.test(word.slice(0, -2))) word = word.slice(0, -1);
  if (DONE.test(word)) return word;
  // 1b
  const eed = /eed(?:ly)?$/.exec(word);
  const ed = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (eed) {
    if (eed.index >= first) word = word.slice(0, eed.index + 2);
  } else if (ed && /[aeiouy]/.test(word.slice(0, ed.index))) {
    word = word.slice(0, ed.index);
    if (/(?:at|bl|iz)$/.test(word)) word += "e";
    else if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(word)) word = word.slice(0, -1);
    else if (word.length <= first && isShort(word)) word += "e";
  }
  // 1c
  word = word.replace(/(.[^aeiouy])[yY]$/, "$1i");
  // 2, 3, 4
  for (const [endings, number] of [[SECOND, 2], [THIRD, 3]]) {
    const pair = endings.find(([ending]) => word.endsWith(ending));
    const at = pair ? word.length - pair[0].length : -1;
    if (at < first) continue;
    const before = word[at - 1] ?? "";
    if (pair[0] === "ogi" && before !== "l") continue;
    if (pair[0] === "li" && !"cdeghkmnrt".includes(before || " ")) continue;
    if (number === 3 && pair[0] === "ative" && at < second) continue;
    word = word.slice(0, at) + pair[1];
  }
  const ending = FOURTH.find((ending) => word.endsWith(ending));
  const at = ending ? word.length - ending.length : -1;
  if (at >= second && (ending !== "ion" || /[st]$/.test(word.slice(0, at)))) word = word.slice(0, at);
  // 5
  const last = word.length - 1;
  if (word.endsWith("e") && (last >= second || (last >= first && !isShort(word.slice(0, -1))))) word = word.slice(0, -1);
  else if (word.endsWith("ll") && last >= second) word = word.slice(0, -1);
  return word.replaceAll("Y", "y");
}
