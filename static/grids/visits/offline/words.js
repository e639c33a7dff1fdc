/* The sentences of this room. They come with the page, in its language; no sentence is written in a script. */

const said = JSON.parse(document.getElementById("offline-words").textContent);

/* say("waiting", {n: 3}): the sentence of that name with {n} filled in. */
export function say(name, values = {}) {
  return said[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
