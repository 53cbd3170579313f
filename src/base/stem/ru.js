// Snowball's stemmer for Russian (https://snowballstem.org/algorithms/russian/stemmer.html).
const list = (words) => words.split(" ").sort((one, other) => other.length - one.length);
const GERUND = list("в вши вшись");
const GERUND2 = list("ив ивши ившись ыв ывши ывшись");
const ADJECTIVE = list("ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею");
const PARTICIPLE = list("ем нн вш ющ щ");
const PARTICIPLE2 = list("ивш ывш ующ");
const VERB = list("ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно");
const VERB2 = list("ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю");
const NOUN = list("а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я");
// The text without the longest of these endings; those of the first list only after а and я.
function without(text, first, second) {
  const ends = (ending) => text.endsWith(ending);
  const one = first.find(ends) ?? "";
  const other = second.find(ends) ?? "";
  if (other.length > one.length) return text.slice(0, -other.length);
  const rest = text.slice(0, text.length - one.length);
  return one && /[ая]$/.test(rest) ? rest : undefined;
}
function stem(word) {
  if (!/^[\u0400-\u052f]+$/.test(word)) return word;
  const vowel = /[аеиоуыэюя]/.exec(word);
  if (!vowel) return word;
  const begin = word.slice(0, vowel.index + 1);
  let text = word.slice(begin.length);
  const second = /^.*?[аеиоуыэюя][^аеиоуыэюя].*?[аеиоуыэюя][^аеиоуыэюя]/.exec(word);
  const far = second ? second[0].length : Infinity;
  const gerund = without(text, GERUND, GERUND2);
  if (gerund !== undefined) text = gerund;
  else {
    text = text.replace(/с[яь]$/, "");
    const adjective = without(text, [], ADJECTIVE);
    if (adjective !== undefined) text = without(adjective, PARTICIPLE, PARTICIPLE2) ?? adjective;
    else text = without(text, VERB, VERB2) ?? without(text, [], NOUN) ?? text;
  }
  text = text.replace(/и$/, "");
  const quality = /ость?$/.exec(text);
  if (quality && begin.length + quality.index >= far) text = text.slice(0, quality.index);
  if (/ейше?$/.test(text)) text = text.replace(/ейше?$/, "").replace(/нн$/, "н");
  else text = text.replace(/нн$/, "н").replace(/ь$/, "");
  return begin + text;
}
