/* Small helps; every page works without them. */
(function () {
  "use strict";

  // A double click sends a form once. The press itself must still carry the button's name, so we mark, not disable, first.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(function () {
      form.querySelectorAll("button:not([type=button])").forEach(function (button) {
        button.setAttribute("aria-disabled", "true");
      });
    });
    // An answer that is a file leaves the page standing; nobody should have to reload to ask again.
    setTimeout(release, 10000, form);
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button[aria-disabled]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
    });
  }

  // The browser's back button brings a sent form back: it may be sent again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest && event.target.closest("form[data-sent]");
    if (form) release(form);
  });

  // The summary of what is missing is read out first.
  function announce(root) {
    var summary = root.querySelector("[data-errors]");
    if (summary) summary.focus();
  }
  announce(document);
  document.addEventListener("htmx:afterSwap", function (event) {
    announce(event.target);
  });

  // Half an address is selected by a thumb, and half a calendar never comes. Without a secure line there is no clipboard.
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(function () {
        button.textContent = button.dataset.done;
      });
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
