// Calendars, checked line by line against RFC 5545 and read with ical.js.

import ICAL from "ical.js";

/** What is wrong with a calendar, given as bytes, and how many entries it has. */
export function checkCalendar(bytes) {
  const wrong = [];
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) wrong.push("it is not UTF-8");
  if (!text.endsWith("\r\n") || /[^\r]\n|\r[^\n]/.test(text)) wrong.push("a line does not end with CRLF");
  for (const line of text.split("\r\n")) {
    const length = Buffer.byteLength(line);
    if (length > 75) wrong.push(`a line has ${length} octets`);
    if (line.includes("\ufffd")) wrong.push("a line is folded within a character");
  }
  let calendar;
  try {
    calendar = new ICAL.Component(ICAL.parse(text));
  } catch (error) {
    return { wrong: [...wrong, `it cannot be read: ${error.message}`], count: 0 };
  }
  if (calendar.name !== "vcalendar") wrong.push(`it is a ${calendar.name}`);
  for (const name of ["version", "prodid"]) {
    if (calendar.getAllProperties(name).length !== 1) wrong.push(`${name.toUpperCase()} does not stand there once`);
  }
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length === 0) wrong.push("it has no entries");
  const known = new Set();
  for (const component of events) checkEvent(component, known, wrong);
  return { wrong, count: events.length };
}

function checkEvent(component, known, wrong) {
  const event = new ICAL.Event(component);
  const name = event.summary || "an entry";
  for (const property of ["uid", "dtstamp", "dtstart", "summary", "status"]) {
    if (component.getAllProperties(property).length !== 1) wrong.push(`${name}: ${property} does not stand there once`);
  }
  if (known.has(event.uid)) wrong.push(`${name}: another entry has its UID`);
  known.add(event.uid);
  const stamp = component.getFirstPropertyValue("dtstamp");
  if (stamp?.zone !== ICAL.Timezone.utcTimezone) wrong.push(`${name}: DTSTAMP is not in UTC`);
  const [start, end] = [component.getFirstPropertyValue("dtstart"), component.getFirstPropertyValue("dtend")];
  if (!start?.isDate && start?.zone !== ICAL.Timezone.utcTimezone) wrong.push(`${name}: it begins at no known time`);
  if (end && end.isDate !== start.isDate) wrong.push(`${name}: it begins on a day and ends at a time`);
  if (end && end.compare(start) <= 0) wrong.push(`${name}: it ends before it begins`);
  if (!["CONFIRMED", "TENTATIVE", "CANCELLED"].includes(component.getFirstPropertyValue("status"))) {
    wrong.push(`${name}: no such status`);
  }
  const url = component.getFirstPropertyValue("url");
  if (url && !URL.canParse(url)) wrong.push(`${name}: no address: ${url}`);
  if (/[\\][,;\\]/.test(event.summary)) wrong.push(`${name}: escaped twice`);
}
