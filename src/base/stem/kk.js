// The stemmer of kk.rs, which says how it works. `TABLE` is kk.txt without its comments.
const WHOLE = new Set();
const FULL = new Map();
const ENDINGS = new Map();
for (const line of TABLE.split("\n")) {
  const [kind, after, ...forms] = line.split(" ");
  if (kind === "p") for (const word of [after, ...forms]) WHOLE.add(word);
  else if (kind === "s") FULL.set(after, forms[0]);
  else {
    for (const form of forms) {
      const last = form.at(-1);
      if (!ENDINGS.has(last)) ENDINGS.set(last, []);
      ENDINGS.get(last).push([kind, after, form]);
    }
  }
}
for (const endings of ENDINGS.values()) endings.sort((one, other) => other[2].length - one[2].length);
const BACK = "аоұыяё";
const FRONT = "әеөүіэ";
const isVowel = (letter) => letter && (BACK + FRONT + "иую").includes(letter);
const isWord = (word) => (word.length === 2 ? isVowel(word[0]) : word.length > 2 && [...word].some(isVowel));
function sound(word) {
  const last = word.at(-1);
  if (last === "ь" || last === "ъ") return sound(word.slice(0, -1));
  if ("йуию".includes(last ?? " ")) return "G";
  if (last === "р") return "R";
  if (last === "л") return "L";
  if ("мнң".includes(last ?? " ")) return "N";
  if ("жз".includes(last ?? " ")) return "Z";
  return isVowel(last) ? "V" : "T";
}
function standsAfter(sounds, word) {
  const last = sound(word);
  if (sounds === "A" || sounds === "VC") return true;
  if (sounds === "C") return last !== "V";
  if (sounds === "D") return last !== "T";
  return sounds.includes(last);
}
function harmonise(word, ending) {
  const last = [...word].findLast(isVowel) ?? "-";
  const first = [...ending].find(isVowel) ?? "-";
  return !((BACK.includes(last) && FRONT.includes(first)) || (FRONT.includes(last) && BACK.includes(first)));
}
const HARD = { б: "п", ғ: "қ", г: "к" };
const harden = (word) => (word.length > 1 ? word.slice(0, -1) + (HARD[word.at(-1)] ?? word.at(-1)) : word);
const syllables = (word) => [...word].filter(isVowel).length;
function mayBeVerb(word) {
  if (/[рйлн]т$/.test(word)) return true;
  if (word.length > 1 && syllables(word) < 2) return Boolean(isVowel(word.at(-2)) && !isVowel(word.at(-1)));
  return /[ыіае][лнтрзс]$/.test(word);
}
function isPassive(word) {
  if (WHOLE.has(word)) return false;
  if (/[ыі]л$/.test(word)) return word.length >= 5 && sound(word.slice(0, -2)) !== "V";
  if (/л[ыі]н$/.test(word)) return word.length > 3 && isWord(word.slice(0, -2));
  if (/л[ае]н$/.test(word)) return word.length >= 5;
  return /лд[ае]н$/.test(word) && word.length >= 7;
}
function step(word) {
  let found;
  for (const [kind, after, form] of ENDINGS.get(word.at(-1)) ?? []) {
    if (!word.endsWith(form)) continue;
    let root = word.slice(0, -form.length);
    if ((!isWord(root) && kind !== "j") || !standsAfter(after, root)) continue;
    if (kind !== "x" && !harmonise(root, form)) continue;
    if (kind === "h" && !mayBeVerb(root)) continue;
    if (kind === "m" && syllables(root) > 1) continue;
    if (kind === "j") root += "й";
    const isVerb = kind === "d" ? isPassive(root) : kind !== "n" && kind !== "x";
    if (/^[ыі]/.test(form) && !isVerb) {
      root = harden(root);
      root = FULL.get(root) ?? root;
    }
    if (WHOLE.has(root)) return [root, isVerb];
    found ??= [root, isVerb];
  }
  return found ?? (word.length > 4 && /[лдт][ае]п$/.test(word) ? [word.slice(0, -1), true] : undefined);
}
function plainVerb(root) {
  const negation = /[мбп][ае]$/.exec(root);
  if (negation) {
    const before = root.slice(0, -2);
    const after = { м: "VLRG", б: "NZ", п: "T" }[negation[0][0]];
    if (isWord(before) && standsAfter(after, before) && harmonise(before, negation[0])) root = before;
  }
  for (let times = 0; times < 2; times++) {
    const before = root.slice(0, -2);
    if (/[ыі]л$/.test(root) && isWord(before) && sound(before) !== "V") root = before;
    else if (/.л[ыі]н$/.test(root)) root = before;
    else if (/...[ае]л$/.test(root) || /..л[ае]н$/.test(root) || /...лд[ае]н$/.test(root)) root = root.slice(0, -1);
    else break;
  }
  return root;
}
function stem(word) {
  if (!/^[\u0400-\u052f]+$/.test(word)) return word;
  for (let times = 0; times < 8; times++) {
    if (WHOLE.has(word)) return word;
    const next = step(word);
    if (!next) break;
    word = next[0];
    if (next[1]) {
      word = plainVerb(word);
      break;
    }
  }
  word = harden(word);
  if (word.length > 2 && /[ыі]$/.test(word) && isWord(word.slice(0, -1))) word = harden(word.slice(0, -1));
  return word;
}
