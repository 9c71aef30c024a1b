// At a till: checked in and waiting, then the amount and the way to pay it.

import { avatar, h } from "./dom.js";
import { icon } from "./icons.js";
import { clock, money, say, sized } from "./words.js";
import { swipe } from "./swipe.js";

function place(pointOfSale) {
  return h(
    "div",
    { class: "place" },
    avatar(pointOfSale.brandName, "large"),
    h("p", { class: "place-brand" }, pointOfSale.brandName),
    h("p", { class: "soft", id: "place" }, `${pointOfSale.storeName} · ${pointOfSale.name}`),
  );
}

function top(act) {
  return h(
    "header",
    { class: "bar" },
    h("button", { type: "button", class: "round", id: "back", click: act.home, "aria-label": say("back") }, icon("back")),
    h("span", { class: "bar-title" }, say("atTheTill")),
  );
}

export function visit(state, act) {
  const { pointOfSale, payment } = state.phone.checkIn;
  const asked = payment?.status === "IssuedToUser";
  return asked ? paying(state, pointOfSale, payment, act) : waiting(pointOfSale, payment, act);
}

function waiting(pointOfSale, payment, act) {
  const paired = payment?.status === "Paired";
  return [
    top(act),
    h(
      "div",
      { class: "body visit" },
      place(pointOfSale),
      h("span", { class: "pulse centre-from", "aria-hidden": "true" }, icon(paired ? "clock" : "check")),
      h("h1", { tabindex: "-1", id: "title" }, paired ? say("almostReady") : say("checkedIn")),
      h("p", { class: "soft centred centre-to", id: "waiting" }, paired ? say("almostReadyLong") : say("waitingForShop")),
    ),
    h(
      "footer",
      { class: "foot" },
      paired
        ? h("button", { type: "button", class: "secondary wide", id: "cancel", click: act.cancel }, say("cancelPayment"))
        : h("button", { type: "button", class: "secondary wide", id: "leave", click: act.leave }, say("leave")),
    ),
  ];
}

function paying(state, pointOfSale, payment, act) {
  const amount = money(payment.amount, payment.currencyCode);
  const busy = state.busy === payment.paymentId;
  return [
    top(act),
    h(
      "div",
      { class: "body visit" },
      place(pointOfSale),
      h("h1", { tabindex: "-1", id: "title", class: "quiet-title centre-from" }, busy ? say("approving") : say("toPay")),
      h("p", { class: sized(amount), id: "amount" }, amount),
      h("p", { class: "with" }, icon("card"), h("span", {}, state.customer.card)),
      h("p", { class: "small soft centred centre-to" }, payment.expiresAt ? say("validUntil", { time: clock(payment.expiresAt) }) : ""),
    ),
    h(
      "footer",
      { class: "foot tall" },
      busy
        ? h("div", { class: "working" }, h("span", { class: "spinner", "aria-hidden": "true" }), h("span", {}, say("approvingLong")))
        : [
            swipe({ amount, onPay: act.pay }),
            h("button", { type: "button", class: "plain bad", id: "cancel", click: act.cancel }, say("cancelPayment")),
          ],
    ),
  ];
}
