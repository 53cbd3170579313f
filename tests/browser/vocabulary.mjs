// The vocabulary of schema.org, read from the types of the package schema-dts, and JSON-LD checked against it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const DATA = { Text: "string", URL: "string", Date: "string", DateTime: "string", Time: "string", Boolean: "boolean" };
const ISO = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Classes by name: what they are a kind of, and their own properties with what these may hold. */
export function readVocabulary() {
  const beside = createRequire(import.meta.url).resolve("schema-dts/package.json");
  const text = readFileSync(beside.replace(/package\.json$/, "dist/schema.d.ts"), "utf8");
  const interfaces = new Map();
  for (const [, name, parents, body] of text.matchAll(/^(?:export )?interface (\w+)(?: extends ([^{]+?))? \{\n([^]*?)^\}/gm)) {
    const properties = new Map();
    for (const [, property, types] of body.matchAll(/^ {4}"(\w+)"\?: SchemaValue<(.+), "\w+">;$/gm)) {
      properties.set(property, types.split(" | "));
    }
    const label = body.match(/"@type": "(\w+)"/)?.[1];
    interfaces.set(name, { parents: parents?.split(", ") ?? [], properties, label });
  }
  // A leaf is what a class is called; a class without properties of its own has no base.
  const classes = new Map();
  for (const [name, { parents, label }] of interfaces) {
    if (label) classes.set(label, { leaf: name, parents, ancestors: new Set(), properties: new Map() });
  }
  const called = (base) => base.replace(/Base$/, "").replace(/^_/, "");
  for (const [label, own] of classes) {
    const queue = [...own.parents];
    while (queue.length > 0) {
      const base = queue.pop();
      const found = interfaces.get(base);
      if (!found) continue;
      own.ancestors.add(called(base));
      for (const [property, types] of found.properties) own.properties.set(property, types);
      queue.push(...found.parents);
    }
    own.ancestors.add(label);
  }
  const members = new Map();
  for (const [, name, union] of text.matchAll(/^export type (\w+) = (.*"https:\/\/schema\.org\/.*);$/gm)) {
    members.set(name, new Set(union.split(" | ").filter((word) => word.startsWith('"')).map((word) => word.slice(1, -1))));
  }
  return { classes, members };
}

/** What is wrong with a description, in sentences. */
export function checkJsonLd(description, vocabulary) {
  if (description["@context"] !== "https://schema.org") return ["the context is not https://schema.org"];
  const wrong = [];
  const { "@context": _, ...own } = description;
  const things = own["@graph"] ?? [own];
  for (const thing of things) checkThing(thing, vocabulary, wrong);
  return wrong;
}

function checkThing(thing, vocabulary, wrong) {
  const type = thing["@type"];
  const known = vocabulary.classes.get(type);
  if (!known) return wrong.push(`there is no class ${type}`);
  for (const [property, value] of Object.entries(thing)) {
    if (property.startsWith("@")) continue;
    const types = known.properties.get(property);
    if (!types) {
      wrong.push(`a ${type} has no ${property}`);
      continue;
    }
    for (const one of [value].flat()) checkValue(`${type}.${property}`, one, types, vocabulary, wrong);
  }
}

function checkValue(where, value, types, vocabulary, wrong) {
  if (value === null || value === "") return wrong.push(`${where} says nothing`);
  if (typeof value === "object") {
    checkThing(value, vocabulary, wrong);
    const ancestors = vocabulary.classes.get(value["@type"])?.ancestors ?? new Set();
    if (!types.some((type) => ancestors.has(type))) wrong.push(`${where} cannot be a ${value["@type"]}`);
    return;
  }
  if (typeof value === "number") {
    if (!types.some((type) => /^(Integer|Number|Float|Text)$/.test(type))) wrong.push(`${where} cannot be a number`);
    return;
  }
  // In the context of schema.org this one holds the address of a thing.
  if (where === "ListItem.item" && URL.canParse(value)) return;
  const data = types.filter((type) => DATA[type] === typeof value);
  if (types.some((type) => vocabulary.members.get(type)?.has(value))) return;
  if (data.length === 0) return wrong.push(`${where} cannot be the text "${value}"`);
  if (data.every((type) => type === "Date" || type === "DateTime") && !ISO.test(value)) {
    wrong.push(`${where} is no date: ${value}`);
  }
  if (data.every((type) => type === "URL") && !URL.canParse(value)) wrong.push(`${where} is no address: ${value}`);
}
