// The bar that is swiped to pay. A pointer drags it; the keyboard and assistive programs move the range inside it; and
// whoever cannot or does not want to swipe gets a button instead.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./words.js";

/** Swiped this far it counts; let go before, it slides back. */
const ENOUGH = 0.92;

export function swipe({ amount, onPay }) {
  const box = h("div", { class: "swipe" });
  const bar = track(amount, pay);
  const button = h("button", { type: "button", class: "primary wide", id: "payButton", click: pay }, say("payAmount", { amount }));
  const instead = h(
    "button",
    {
      type: "button",
      class: "plain",
      id: "noSwipe",
      click: () => {
        box.replaceChildren(button);
        button.focus();
      },
    },
    say("payWithoutSwiping"),
  );
  let paid = false;
  function pay() {
    if (paid) return;
    paid = true;
    navigator.vibrate?.(20);
    onPay();
  }
  box.append(bar, instead);
  return box;
}

function track(amount, pay) {
  const thumb = h("span", { class: "swipe-thumb", "aria-hidden": "true" }, icon("arrow"));
  const text = h("span", { class: "swipe-text", "aria-hidden": "true" }, say("swipeToPay"));
  const hint = h("span", { class: "visually-hidden", id: "swipeHint" }, say("swipeHint"));
  const range = h("input", {
    type: "range", class: "swipe-range", min: "0", max: "100", step: "20", value: "0", id: "swipeRange",
    "aria-label": say("swipeToPayAmount", { amount }), "aria-describedby": "swipeHint",
    input: () => {
      place(Number(range.value) / 100);
      if (Number(range.value) >= 100) pay();
    },
    blur: () => back(),
  });
  const bar = h("div", { class: "swipe-track" }, h("span", { class: "swipe-fill", "aria-hidden": "true" }), text, thumb, range, hint);

  let start = null;
  let reached = 0;
  const room = () => Math.max(1, bar.clientWidth - thumb.offsetWidth - 12);
  function place(share) {
    reached = Math.min(1, Math.max(0, share));
    if (reached === 0) return bar.removeAttribute("style");
    bar.style.setProperty("--swiped", reached);
    bar.style.setProperty("--swiped-px", `${reached * room()}px`);
  }
  function back() {
    bar.classList.remove("held");
    range.value = "0";
    place(0);
  }
  thumb.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = event.clientX;
    bar.classList.add("held");
    thumb.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  thumb.addEventListener("pointermove", (event) => {
    if (start !== null) place((event.clientX - start) / room());
  });
  const release = (counts) => () => {
    if (start === null) return;
    start = null;
    if (counts && reached >= ENOUGH) {
      bar.classList.remove("held");
      place(1);
      pay();
    } else back();
  };
  thumb.addEventListener("pointerup", release(true));
  thumb.addEventListener("pointercancel", release(false));
  // A tap on the bar says what to do instead of doing it.
  bar.addEventListener("click", (event) => {
    if (event.target === range || reached > 0) return;
    bar.classList.remove("nudge");
    void bar.offsetWidth;
    bar.classList.add("nudge");
  });
  return bar;
}
