/* Choosing a piece of a free time, a quarter of an hour at a step: by dragging with the mouse, by two taps on a
   telephone, with the arrow keys. Without this script the same links lead to the form, where both are chosen. */
(function () {
  "use strict";

  var words = document.getElementById("pick-words");
  if (!words) return;
  words.hidden = false;
  var QUARTER = 15;
  var SVG = "http://www.w3.org/2000/svg";
  var wide = window.matchMedia("(min-width: 60rem)");
  var drag = null;

  var live = document.createElement("p");
  live.className = "vh";
  live.setAttribute("role", "status");
  words.after(live);

  function clock(minutes) {
    return Math.floor(minutes / 60) + ":" + ("0" + (minutes % 60)).slice(-2);
  }

  function say(sentence, start, end) {
    return sentence.replace("{start}", clock(start)).replace("{end}", end === undefined ? "" : clock(end));
  }

  // What a link stands for, and what its room allows.
  function limits(link) {
    var room = link.closest(".room");
    return {
      since: Number(link.dataset.since),
      until: Number(link.dataset.until),
      least: Number(room.dataset.least),
      most: Number(room.dataset.most),
    };
  }

  // The nearest piece to [start, end) that the room lets.
  function fitting(link, start, end) {
    var at = limits(link);
    start = Math.max(at.since, Math.min(start, at.until - at.least));
    end = Math.min(Math.max(end, start + at.least), start + at.most, at.until);
    return { start: start, end: end };
  }

  function address(link, piece) {
    var url = new URL(link.dataset.was || link.href);
    url.searchParams.set("start", ("0" + clock(piece.start)).slice(-5));
    url.searchParams.set("minutes", String(piece.end - piece.start));
    return url.href;
  }

  // ---------------------------------------------------------------- what is chosen, drawn into the free span itself
  function show(link, piece) {
    var at = limits(link);
    if (!link.dataset.was) {
      link.dataset.was = link.href;
      link.dataset.said = link.getAttribute("aria-label") || "";
    }
    link.href = address(link, piece);
    link.setAttribute("aria-label", say(words.dataset.book, piece.start, piece.end));
    var mark = link.querySelector(".pick-mark");
    if (!mark) {
      mark = document.createElementNS(SVG, "svg");
      mark.setAttribute("class", "pick-mark");
      mark.setAttribute("preserveAspectRatio", "none");
      mark.setAttribute("aria-hidden", "true");
      mark.appendChild(document.createElementNS(SVG, "rect"));
      link.prepend(mark);
      var text = document.createElement("span");
      text.className = "pick-text";
      text.setAttribute("aria-hidden", "true");
      link.appendChild(text);
    }
    mark.setAttribute("viewBox", "0 0 " + (at.until - at.since) + " 4");
    var rect = mark.firstChild;
    rect.setAttribute("x", String(piece.start - at.since));
    rect.setAttribute("width", String(piece.end - piece.start));
    rect.setAttribute("height", "4");
    link.lastChild.textContent = clock(piece.start) + "–" + clock(piece.end);
    link.classList.add("picking");
  }

  function clear(link) {
    if (!link.dataset.was) return;
    link.href = link.dataset.was;
    link.setAttribute("aria-label", link.dataset.said);
    delete link.dataset.was;
    delete link.dataset.piece;
    link.classList.remove("picking");
    link.querySelectorAll(".pick-mark, .pick-text").forEach(function (one) {
      one.remove();
    });
  }

  // ---------------------------------------------------------------- the mouse: press, pull, let go
  function under(link, x) {
    var at = limits(link);
    var box = link.getBoundingClientRect();
    var share = Math.max(0, Math.min((x - box.left) / box.width, 0.9999));
    return at.since + Math.floor((share * (at.until - at.since)) / QUARTER) * QUARTER;
  }

  document.addEventListener("pointerdown", function (event) {
    var link = event.target.closest && event.target.closest(".free a[data-since]");
    if (!link || !wide.matches || event.pointerType !== "mouse" || event.button !== 0) return;
    drag = { link: link, x: event.clientX, from: under(link, event.clientX), moved: false };
  });

  document.addEventListener("pointermove", function (event) {
    if (!drag) return;
    if (!drag.moved && Math.abs(event.clientX - drag.x) < 6) return;
    drag.moved = true;
    var to = under(drag.link, event.clientX);
    show(drag.link, fitting(drag.link, Math.min(drag.from, to), Math.max(drag.from, to) + QUARTER));
  });

  document.addEventListener("pointerup", function () {
    if (!drag) return;
    var done = drag;
    drag = null;
    if (!done.moved) return;
    // The press ends where it may on another element; the click that follows must not lead anywhere else.
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(function () {
      document.removeEventListener("click", stop, { capture: true });
    });
    window.location.assign(done.link.href);
  });

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("dragstart", function (event) {
    if (event.target.closest && event.target.closest(".free a[data-since]")) event.preventDefault();
  });

  // ---------------------------------------------------------------- the keyboard: ← → begin, ↑ ↓ how long
  var STEPS = { ArrowLeft: [-QUARTER, 0], ArrowRight: [QUARTER, 0], ArrowUp: [0, QUARTER], ArrowDown: [0, -QUARTER] };

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && drag) {
      clear(drag.link);
      drag = null;
    }
    var link = event.target.closest && event.target.closest(".free a[data-since]");
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      clear(link);
      live.textContent = "";
      return;
    }
    var step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    var at = limits(link);
    var now = link.dataset.piece ? link.dataset.piece.split("-").map(Number) : null;
    var piece;
    if (!now) {
      piece = fitting(link, at.since, at.since + Math.max(60, at.least));
    } else {
      piece = fitting(link, now[0] + step[0], now[1] + step[0] + step[1]);
    }
    show(link, piece);
    link.dataset.piece = piece.start + "-" + piece.end;
    live.textContent = say(words.dataset.chosen, piece.start, piece.end);
  });

  // ---------------------------------------------------------------- the telephone: a tap where it begins, a tap where it ends
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".free a[data-since]");
    if (!link || wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    // A keyboard on a narrow screen follows the link it has chosen.
    if (event.detail === 0) return;
    event.preventDefault();
    var open = document.querySelector(".picker");
    var again = open && open.dataset.of === link.getAttribute("href");
    if (open) open.remove();
    document.querySelectorAll(".free a[aria-expanded]").forEach(function (one) {
      one.removeAttribute("aria-expanded");
    });
    if (!again) unfold(link);
  });

  function unfold(link) {
    var at = limits(link);
    var panel = document.createElement("div");
    panel.className = "picker";
    panel.dataset.of = link.getAttribute("href");
    panel.setAttribute("role", "group");
    var label = document.createElement("p");
    label.className = "label";
    label.setAttribute("role", "status");
    label.textContent = words.dataset.start;
    var list = document.createElement("ol");
    list.className = "quarters";
    var act = document.createElement("p");
    act.className = "btns btns-fill";
    panel.append(label, list, act);
    var start = null;
    var end = null;
    var marks = [];
    for (var minute = at.since; minute <= at.until; minute += QUARTER) marks.push(mark(minute));

    function mark(minute) {
      var item = document.createElement("li");
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = clock(minute);
      button.addEventListener("click", function () {
        tap(minute);
      });
      item.appendChild(button);
      list.appendChild(item);
      return { minute: minute, button: button };
    }

    function tap(minute) {
      if (start === null || end !== null || minute <= start) {
        if (minute > at.until - at.least) return;
        start = minute;
        end = null;
      } else if (minute - start >= at.least && minute - start <= at.most) {
        end = minute;
      } else {
        return;
      }
      draw();
    }

    function draw() {
      marks.forEach(function (one) {
        var far = start !== null && end === null && one.minute > start;
        var length = one.minute - start;
        var off = far ? length < at.least || length > at.most : one.minute > at.until - at.least;
        if (end !== null && one.minute > start && one.minute <= end) off = false;
        one.button.disabled = off;
        one.button.setAttribute("aria-pressed", String(one.minute === start || one.minute === end));
        one.button.classList.toggle("within", end !== null && one.minute > start && one.minute < end);
      });
      label.textContent = start === null ? words.dataset.start : say(words.dataset.end, start);
      act.textContent = "";
      if (end !== null) {
        label.textContent = clock(start) + "–" + clock(end);
        var go = document.createElement("a");
        go.className = "btn";
        go.href = address(link, { start: start, end: end });
        go.textContent = say(words.dataset.book, start, end);
        act.appendChild(go);
        go.focus({ preventScroll: true });
      }
    }

    var shut = document.createElement("button");
    shut.type = "button";
    shut.className = "linkbtn";
    shut.textContent = words.dataset.close;
    shut.addEventListener("click", function () {
      panel.remove();
      link.removeAttribute("aria-expanded");
      link.focus();
    });
    panel.appendChild(shut);
    draw();
    link.setAttribute("aria-expanded", "true");
    link.closest(".room-day").appendChild(panel);
    panel.scrollIntoView({ block: "nearest" });
  }
})();
