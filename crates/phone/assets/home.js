// The first screen: whose phone it is, the card, the way to pay, and what happened lately.

import { avatar, h } from "./dom.js";
import { icon } from "./icons.js";
import { clock, day, money, say } from "./words.js";
import { outcome, refundOutcome } from "./receipt.js";

export function home(state, act) {
  const { customer, phone } = state;
  const [first] = customer.name.split(" ");
  return [
    h(
      "header",
      { class: "hero" },
      h(
        "div",
        { class: "hero-bar" },
        h(
          "button",
          { type: "button", class: "person", id: "person", click: act.chooseCustomer, "aria-label": say("switchCustomer", { name: customer.name }) },
          avatar(customer.name, "small"),
          h("span", { class: "person-name" }, customer.name),
        ),
        h(
          "button",
          { type: "button", class: "round", id: "language", click: act.chooseLanguage, "aria-label": say("chooseLanguage") },
          icon("globe"),
        ),
      ),
      h("h1", { tabindex: "-1", id: "title" }, say("hello", { name: first })),
      card(customer),
    ),
    h(
      "div",
      { class: "body" },
      phone?.checkIn && returning(phone.checkIn, act),
      h("button", { type: "button", class: "primary wide scan-button", id: "scan", click: act.scan }, icon("scan"), say("scanAndPay")),
      activity(phone, act),
      h("p", { class: "small soft centred" }, say("testPhone")),
    ),
  ];
}

function card(customer) {
  const digits = customer.card.slice(-4);
  const brand = customer.card.slice(0, -4).trim();
  const kind = customer.paymentSource === "DebitCard" ? say("debitCard") : say("creditCard");
  return h(
    "div",
    { class: "card" },
    h("div", { class: "card-line" }, h("span", {}, kind), icon("card")),
    h("div", { class: "card-line card-foot" }, h("span", { class: "card-digits" }, h("span", { "aria-hidden": "true" }, "•••• "), digits), h("strong", {}, brand)),
  );
}

function returning(checkIn, act) {
  const { pointOfSale } = checkIn;
  return h(
    "button",
    { type: "button", class: "row banner", id: "return", click: act.toTill },
    avatar(pointOfSale.brandName),
    h("span", { class: "row-main" }, h("strong", {}, say("checkedIn")), h("span", { class: "soft" }, pointOfSale.storeName)),
    icon("next"),
  );
}

function activity(phone, act) {
  const entries = phone?.activity ?? [];
  const list = h("section", { class: "activity", "aria-labelledby": "activityTitle" }, h("h2", { id: "activityTitle" }, say("activity")));
  if (!phone) list.append(h("div", { class: "skeleton", "aria-hidden": "true" }));
  else if (entries.length === 0) list.append(h("p", { class: "empty soft" }, say("noActivity")));
  let last = null;
  let group = null;
  for (const entry of entries) {
    const of = entry.refund ?? entry.payment;
    const title = day(of.changedAt, phone.now);
    if (title !== last) {
      group = h("ul", { class: "rows" });
      list.append(h("h3", {}, title), group);
      last = title;
    }
    group.append(h("li", {}, line(entry, act)));
  }
  return list;
}

function line(entry, act) {
  const { pointOfSale } = entry;
  const refund = entry.kind === "refund";
  const of = entry.refund ?? entry.payment;
  const id = refund ? of.refundId : of.paymentId;
  const { label, tone } = refund ? refundOutcome(of) : outcome(entry.payment);
  const amount = of.capturedAmount ?? of.amount;
  const none = tone === "bad" || tone === "quiet";
  const sign = none ? "" : refund ? "+" : "−";
  const sum = amount === null ? "" : sign + money(amount, of.currencyCode);
  return h(
    "button",
    { type: "button", class: "row", id: `row-${id}`, "data-kind": entry.kind, "data-id": id, click: () => act.open(id) },
    refund ? h("span", { class: "avatar refund", "aria-hidden": "true" }, icon("refund")) : avatar(pointOfSale.brandName),
    h("span", { class: "row-main" }, h("strong", {}, pointOfSale.storeName), h("span", { class: "soft" }, label)),
    h("span", { class: "row-side" }, h("span", { class: `row-sum ${refund && !none ? "plus" : ""} ${none ? "struck" : ""}` }, sum), h("span", { class: "soft small" }, clock(of.changedAt))),
  );
}
