/* What this browser keeps: one IndexedDB database, shared by everybody who uses the phone.

   The names are a convention that portal/kept.js relies on, without knowing this room: stores called gone:… are emptied
   at log-out, rows in sealed:outbox are what 待上传 counts. Whatever is in gone:… and sealed:… is sealed (vault.js); in
   the open there are ids of accounts and visits, and public keys. */

const NAME = "jiamenkou";
const STORES = { vaults: "owner", meta: "name", "gone:doors": "owner", "sealed:outbox": "id", "sealed:photos": "key" };
const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;

let opened = null;

function open() {
  opened = opened || new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
      }
    };
    asked.onsuccess = () => {
      // Another tab with a newer page must be able to change the tables.
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

/* One transaction over some stores: it is either all there or not at all. Resolves once it is on the disk, not when it
   was asked for: a page that says 存好了 earlier may be lying when the battery dies. */
async function within(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    let answer;
    transaction.oncomplete = () => resolve(answer instanceof IDBRequest ? answer.result : answer);
    transaction.onabort = () => reject(transaction.error || new DOMException("aborted", "AbortError"));
    try {
      answer = work(...stores.map((name) => transaction.objectStore(name)));
    } catch (error) {
      transaction.abort();
      reject(error);
    }
  });
}

function tell(what) {
  if (channel) channel.postMessage(what);
  // A channel does not hear itself.
  document.dispatchEvent(new CustomEvent("kept", { detail: what }));
}

export const vault = (owner) => within(["vaults"], "readonly", (vaults) => vaults.get(owner));
export const vaults = () => within(["vaults"], "readonly", (all) => all.getAll());
export const keepVault = (row) => within(["vaults"], "readwrite", (all) => all.put(row));

export const doors = (owner) => within(["gone:doors"], "readonly", (all) => all.get(owner));
export const keepDoors = (row) => within(["gone:doors"], "readwrite", (all) => all.put(row));
export const forgetDoors = (owner) => within(["gone:doors"], "readwrite", (all) => all.delete(owner));

/* Doors of anybody but `owner`: the phone has changed hands without a log-out. */
export const forgetDoorsOfOthers = (owner) =>
  within(["gone:doors"], "readwrite", (all) => {
    const asked = all.getAllKeys();
    asked.onsuccess = () => asked.result.filter((key) => key !== owner).forEach((key) => all.delete(key));
  });

/* A visit and its photos, or nothing. */
export async function keepVisit(row, photos) {
  await within(["sealed:outbox", "sealed:photos"], "readwrite", (outbox, pictures) => {
    outbox.add(row);
    photos.forEach((photo) => pictures.add(photo));
  });
  tell("outbox");
}

export const visits = () => within(["sealed:outbox"], "readonly", (outbox) => outbox.getAll());
export const visit = (id) => within(["sealed:outbox"], "readonly", (outbox) => outbox.get(id));
const picturesOf = (id) => IDBKeyRange.bound(`${id}/`, `${id}/\uffff`);
export const photosOf = (id) => within(["sealed:photos"], "readonly", (pictures) => pictures.getAll(picturesOf(id)));

export async function forgetVisit(id) {
  await within(["sealed:outbox", "sealed:photos"], "readwrite", (outbox, pictures) => {
    outbox.delete(id);
    pictures.delete(picturesOf(id));
  });
  tell("outbox");
}

/* Everything of one person, their key with it: what was not sent can be opened by nobody any more. */
export async function destroy(owner) {
  const mine = (await visits()).filter((row) => row.owner === owner);
  await within(["vaults", "gone:doors", "sealed:outbox", "sealed:photos"], "readwrite", (keys, pack, outbox, pictures) => {
    keys.delete(owner);
    pack.delete(owner);
    mine.forEach((row) => { outbox.delete(row.id); pictures.delete(picturesOf(row.id)); });
  });
  tell("outbox");
  return mine.length;
}

export const last = async () => ((await within(["meta"], "readonly", (meta) => meta.get("last"))) || {}).owner || "";
export const setLast = (owner) => within(["meta"], "readwrite", (meta) => meta.put({ name: "last", owner }));
