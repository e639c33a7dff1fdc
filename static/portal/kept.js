/* What rooms keep in this browser for somebody, as far as every page must know of it: how much waits to be sent, and what
   has to go at log-out. By the names of the stores only: rows of "sealed:outbox" are counted, stores called "gone:…" are
   emptied. What is in them is sealed; this file could not read it. */
(function () {
  "use strict";

  var NAME = "jiamenkou";
  var PATIENCE = 2000;
  var strip = document.querySelector("[data-kept]");

  // The database as it is; null where there is none. It is never made here.
  function withDatabase(work) {
    if (!window.indexedDB) return work(null);
    var asked = indexedDB.open(NAME);
    asked.onupgradeneeded = function () { asked.transaction.abort(); };
    asked.onerror = function () { work(null); };
    asked.onsuccess = function () {
      asked.result.onversionchange = function () { asked.result.close(); };
      work(asked.result);
    };
  }

  function show(n) {
    if (!strip) return;
    strip.querySelector("[data-kept-n]").textContent = strip.dataset.words.replace("{n}", n);
    strip.dataset.n = n;
    strip.hidden = n === 0 && !strip.dataset.always;
  }

  function count() {
    withDatabase(function (db) {
      if (!db || !db.objectStoreNames.contains("sealed:outbox")) return show(0);
      var asked = db.transaction("sealed:outbox").objectStore("sealed:outbox").count();
      asked.onsuccess = function () { show(asked.result); db.close(); };
    });
  }

  // Log-out: first the doors, then the session. A browser that hangs must not keep somebody from leaving.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-leaving]")) return;
    event.preventDefault();
    var gone = false;
    function go() {
      if (gone) return;
      gone = true;
      if (window.BroadcastChannel) new BroadcastChannel(NAME).postMessage("left");
      form.submit();
    }
    setTimeout(go, PATIENCE);
    withDatabase(function (db) {
      var stores = db ? Array.from(db.objectStoreNames).filter(function (name) { return name.indexOf("gone:") === 0; }) : [];
      if (!stores.length) return go();
      var transaction = db.transaction(stores, "readwrite");
      stores.forEach(function (name) { transaction.objectStore(name).clear(); });
      transaction.oncomplete = transaction.onabort = function () { db.close(); go(); };
    });
  });

  if (!strip) return;
  strip.addEventListener("kept-says", count);
  document.addEventListener("kept", count);
  window.addEventListener("pageshow", count);
  document.addEventListener("visibilitychange", count);
  if (window.BroadcastChannel) new BroadcastChannel(NAME).onmessage = count;
  count();
})();
