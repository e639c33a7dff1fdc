/* The form of a door as the body of PUT /api/v1/visits/<id>/. Fields this file does not know go along under their own
   name, so that a question added to the form is answered offline too. */

import { shrink } from "./photo.js";

const ZONE = "+08:00";
const AS_PROMISE = "promise"; // as grids/visits/forms.py has it
const AHEAD = 15 * 60 * 1000;
// Not part of what was said, or told by another name.
const SKIP = new Set(["csrfmiddlewaretoken", "visit", "door", "at", "promise", "promise_on", "follow", "follow_text", "resident", "errands", "errand_answer"]);

/* The clock of the wall here, whatever zone the phone is set to. */
export function wall(moment) {
  const there = new Date(moment + 8 * 3600 * 1000).toISOString();
  return { day: there.slice(0, 10), clock: there.slice(11, 16) };
}

/* When somebody knocked: today at the time that stands in the form. Written after midnight about the evening before, it
   would lie ahead, and means yesterday. */
export function momentOf(clock, now) {
  const moment = Date.parse(`${wall(now).day}T${clock}:00${ZONE}`);
  return moment > now + AHEAD ? moment - 24 * 3600 * 1000 : moment;
}

function iso(moment) {
  const at = wall(moment);
  return `${at.day}T${at.clock}:00${ZONE}`;
}

const value = (form, name) => {
  const field = form.elements.namedItem(name);
  return field ? String(field.value || "").trim() : "";
};

/* What a follow-up says: written for it, else the note. Nothing is typed twice. */
const told = (form) => value(form, "follow_text") || value(form, "note");

/* What is missing, as {field, word}; null where the form can be saved. */
export function missing(form) {
  if (!value(form, "outcome")) return { field: "outcome", word: "no_outcome" };
  const promises = value(form, "promise") || value(form, "follow") === AS_PROMISE;
  if (promises && !value(form, "promise_on")) return { field: "promise_on", word: "no_day" };
  if (value(form, "follow") && !told(form)) return { field: "follow_text", word: "no_text" };
  if (!value(form, "at")) return { field: "at", word: "no_time" };
  return null;
}

/* {body, photos}. Throws {name: "Photo"} where a picture cannot be opened. */
export async function read(form, now) {
  const body = { household: value(form, "door"), visited_at: iso(momentOf(value(form, "at"), now)) };
  const promises = [value(form, "promise"), value(form, "follow") === AS_PROMISE ? told(form).slice(0, 200) : ""];
  const due_on = value(form, "promise_on");
  if (promises.some(Boolean)) body.promises = promises.filter(Boolean).map((text) => ({ text, due_on }));
  const done = [...form.querySelectorAll("[name=errands]:checked")];
  if (done.length) body.errands = done.map((field) => ({ id: field.value, answer: value(form, "errand_answer") }));
  if (value(form, "follow") && value(form, "follow") !== AS_PROMISE) {
    body.follow_ups = [{ code: value(form, "follow"), text: told(form) }];
    // Only who asks for something is named: somebody who has moved since must not hold up the rest.
    if (value(form, "resident")) body.resident = value(form, "resident");
  }
  const photos = [];
  for (const field of form.elements) {
    if (!field.name || SKIP.has(field.name) || field.disabled) continue;
    if (field.type === "file") {
      for (const file of field.files) photos.push(await picture(file));
    } else if (field.type === "checkbox") {
      tick(body, field);
    } else if (field.type === "radio") {
      if (field.checked && field.value) put(body, field, field.value);
    } else if (field.tagName !== "BUTTON" && field.value.trim()) {
      put(body, field, field.value.trim());
    }
  }
  body.photos = [...new Set(photos.map((one) => one.sha256))];
  return { body, photos: photos.filter((one, place) => photos.findIndex((other) => other.sha256 === one.sha256) === place) };
}

async function picture(file) {
  try {
    return await shrink(file);
  } catch {
    throw Object.assign(new Error(file.name), { name: "Photo" });
  }
}

/* A tick among several is a list; one that stands alone says yes. */
function tick(body, field) {
  if (field.value === "on") {
    if (field.checked) put(body, field, true);
    return;
  }
  body[field.name] = body[field.name] || [];
  if (field.checked) body[field.name].push(field.value);
}

function put(body, field, said) {
  body[field.name] = said;
}

/* The same form filled in again from what was said, to change it. */
export function fill(form, body) {
  const plain = { ...body, at: body.visited_at.slice(11, 16) };
  if (body.promises?.length) [plain.promise, plain.promise_on] = [body.promises[0].text, body.promises[0].due_on];
  if (body.follow_ups?.length) [plain.follow, plain.follow_text] = [body.follow_ups[0].code, body.follow_ups[0].text];
  if (body.errands?.length) [plain.errands, plain.errand_answer] = [body.errands.map((one) => one.id), body.errands[0].answer];
  for (const field of form.elements) {
    if (!field.name || !(field.name in plain) || field.type === "file") continue;
    const said = plain[field.name];
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = Array.isArray(said) ? said.includes(field.value) : said === true || said === field.value;
    } else {
      field.value = said;
    }
  }
}
