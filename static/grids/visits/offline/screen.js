/* What the door page shows while the script leads it: the door in hand, the doors left, what was knocked at today. */

import { clock } from "./contact.js";
import { fill, wall } from "./form.js";
import { uuid7 } from "./ids.js";
import { say } from "./words.js";

const one = (selector) => document.querySelector(selector);

export function heading(text) {
  one("#h-today").textContent = text;
}

/* The strip on top says 待上传 n 条 by itself (portal/kept.js); this is the half sentence behind it. */
export function status(name, values) {
  const strip = one("[data-kept]");
  one("[data-kept-says]").textContent = say(name, values);
  one("[data-resend]").hidden = false;
  one("[data-kept-go]").hidden = true;
  strip.dataset.says = name;
  // Nothing waits, but there is something to say all the same.
  strip.dataset.always = name === "sent" || name === "kept" ? "" : "1";
  strip.dispatchEvent(new CustomEvent("kept-says"));
}

export function quiet() {
  one("[data-notices]").replaceChildren();
}

/* A sentence in the page, above the door. `kind`: done, wait or late. */
export function notice(kind, name, values) {
  const sheet = document.importNode(one(`template[data-say=${kind}]`).content, true);
  sheet.querySelector("p").textContent = say(name, values);
  one("[data-notices]").replaceChildren(sheet);
}

/* ---------------------------------------------------------------- the door in hand */
export function showDoor(door, next) {
  const place = one("[data-door]");
  // Ours, rendered by the portal with everything escaped, and sealed since.
  place.innerHTML = door.form;
  const form = place.querySelector("form");
  prepare(form);
  named(form, next);
  place.hidden = false;
  mark(door.id);
  return form;
}

/* A fresh id, and the time it is now: the form may have been rendered this morning. */
export function prepare(form) {
  const at = form.elements.namedItem("at");
  if (at) at.value = wall(clock().now).clock;
  const id = form.elements.namedItem("visit");
  if (id) id.value = uuid7();
}

export function named(form, next) {
  const button = form.querySelector(".thumb .btn-main");
  button.textContent = next ? say("next", { door: next.code }) : say("last");
}

export function refill(form, body) {
  fill(form, body);
  form.querySelectorAll("details").forEach((fold) => { fold.open = true; });
}

export function noDoor() {
  one("[data-door]").replaceChildren();
  const empty = one("template[data-say=empty]");
  one("[data-door]").append(document.importNode(empty.content, true));
}

/* What is missing, at its place, and in the eye. */
export function complain(form, field, name) {
  form.querySelectorAll("[data-offline-error]").forEach((old) => old.remove());
  const sheet = document.importNode(one("template[data-say=error]").content, true);
  sheet.querySelector("span").textContent = say(name);
  const control = form.elements.namedItem(field);
  const first = control instanceof RadioNodeList ? control[0] : control;
  const place = (first && first.closest(".seg-set, .field, fieldset")) || form;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.append(sheet);
  if (first) first.focus();
}

/* What is read out through a door: the step's digits, by the best clock there is. None: the pack is of yesterday, and
   digits that nobody can check would shut a door. */
export function digits({ step, codes }) {
  const place = one("[data-digits]");
  const now = Math.floor(clock().now / 1000);
  const own = codes.find(([first]) => first <= now && now < first + step);
  place.hidden = !own;
  if (!own) return;
  place.querySelector("b").textContent = `${own[1].slice(0, 3)} ${own[1].slice(3)}`;
  setTimeout(() => digits({ step, codes }), (own[0] + step - now) * 1000);
}

/* ---------------------------------------------------------------- the doors left */
export function showWalk(doors) {
  const list = one("[data-walk]");
  if (!list) return;
  list.innerHTML = doors.map((door) => door.row).join("");
  list.closest("section").hidden = doors.length === 0;
}

function mark(id) {
  document.querySelectorAll("[data-walk] > li").forEach((row) => {
    const here = row.dataset.doorId === id;
    row.classList.toggle("here", here);
    if (here) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  });
}

export function leave(id) {
  const row = one(`[data-walk] > li[data-door-id="${CSS.escape(id)}"]`);
  if (row) row.remove();
  const list = one("[data-walk]");
  if (list) list.closest("section").hidden = list.children.length === 0;
}

/* ---------------------------------------------------------------- what was knocked at today */
const OUTCOMES = { met: "met", not_home: "not_home", declined: "declined" };

/* Put a visit on top of the list, or change the one that is there. `state`: waiting, sent, held, refused. */
export function listed(visit) {
  const list = one("[data-sent]");
  let row = visit.id && list.querySelector(`[data-visit="${CSS.escape(visit.id)}"]`);
  if (!row) {
    row = document.importNode(one("template[data-say=row]").content, true).firstElementChild;
    row.dataset.visit = visit.id || "";
    row.querySelector(".no").textContent = visit.code;
    row.querySelector("[data-outcome]").prepend(say(OUTCOMES[visit.outcome] || "met"));
    row.querySelector("small").textContent = wall(Date.parse(visit.at)).clock;
    list.prepend(row);
  }
  row.querySelector(".tag").replaceWith(document.importNode(one(`template[data-tag=${visit.state}]`).content, true));
  // A row that the portal drew has no room for a reason yet: the visit is there, one of its photos may still be refused.
  if (!row.querySelector("[data-why]")) {
    row.append(document.importNode(one("template[data-say=row]").content.querySelector("[data-why]"), true));
  }
  const why = row.querySelector("[data-why]");
  why.hidden = visit.state !== "refused";
  if (visit.state === "refused") why.querySelector("p").textContent = visit.words || say("refused");
  // Nobody knows what is in it: there is nothing to put back onto a form.
  if (visit.lost) why.querySelector("[data-change]").hidden = true;
  list.hidden = false;
  const none = one("[data-sent-none]");
  if (none) none.hidden = true;
}

export function unlisted(id) {
  const row = one(`[data-sent] [data-visit="${CSS.escape(id)}"]`);
  if (row) row.remove();
}
