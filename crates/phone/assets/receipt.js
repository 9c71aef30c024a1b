// How a payment or a refund stands or ended, in one word for lists and as a page of its own.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { moment, money, say, sized } from "./words.js";

const OUTCOMES = {
  Reserved: { key: "approved", tone: "good", sign: "check" },
  Captured: { key: "paid", tone: "good", sign: "check" },
  CancelledByClient: { key: "cancelledByShop", tone: "quiet", sign: "cross", told: { key: "cancelledByShopLong" } },
  CancelledByUser: { key: "cancelledByYou", tone: "quiet", sign: "cross", told: { key: "nothingTaken" } },
  CancelledByMobilePay: { key: "notCompleted", tone: "bad", sign: "alert", told: { key: "notCompletedLong" } },
  RejectedByMobilePayDueToAgeRestrictions: { key: "ageLimit", tone: "bad", sign: "alert", told: { key: "ageLimitLong" } },
  ExpiredAndCancelled: { key: "expired", tone: "quiet", sign: "clock", told: { key: "expiredLong" } },
};
const DECLINED = { key: "declined", tone: "bad", sign: "alert", told: { key: "declinedLong" } };
const UNDER_WAY = { key: "underWay", tone: "wait", sign: "clock" };

const REFUNDS = {
  Initiated: { key: "refundUnderWay", tone: "wait", sign: "refund" },
  Reserved: { key: "refundUnderWay", tone: "wait", sign: "refund" },
  Captured: { key: "refunded", tone: "good", sign: "refund" },
  ExpiredAndCaptured: { key: "refunded", tone: "good", sign: "refund" },
  CancelledByClient: { key: "refundCancelled", tone: "quiet", sign: "cross" },
  CancelledByMobilePay: { key: "refundCancelled", tone: "quiet", sign: "cross" },
};

function worded(found) {
  return { ...found, label: say(found.key), long: found.told ? say(found.told.key) : null };
}

/** `declined`: it is known that the bank said no, not that time ran out. */
export function outcome(payment, declined = false) {
  const said = declined && payment.status === "CancelledByMobilePay";
  return worded(said ? DECLINED : OUTCOMES[payment.status] ?? UNDER_WAY);
}

export function refundOutcome(refund) {
  return worded(REFUNDS[refund.status] ?? REFUNDS.Initiated);
}

/** Many stores have their brand in their name already. */
function shopName({ brandName, storeName }) {
  return storeName.startsWith(brandName) ? storeName : `${brandName}, ${storeName}`;
}

export function receipt(state, entry, act) {
  const { customer } = state;
  const { pointOfSale, payment, refund } = entry;
  const shown = refund ? refundOutcome(refund) : outcome(payment, state.approvedHere.has(payment.paymentId));
  const of = refund ?? payment;
  const amount = of.capturedAmount ?? of.amount;
  const sum = amount === null ? "" : money(amount, of.currencyCode);
  const fresh = state.fresh === (of.refundId ?? of.paymentId);
  const rows = [
    [say("shop"), shopName(pointOfSale)],
    [say("till"), pointOfSale.name],
    [say("time"), moment(of.changedAt)],
    [say("card"), customer.card],
    payment && [say("orderNumber"), payment.orderId],
    payment?.capturedAmount && payment.capturedAmount !== payment.amount && [say("approvedAmount"), money(payment.amount, payment.currencyCode)],
  ].filter(Boolean);
  return [
    h(
      "header",
      { class: "bar" },
      h("button", { type: "button", class: "round", id: "back", click: act.home, "aria-label": say("back") }, icon("back")),
      h("span", { class: "bar-title" }, refund ? say("refundReceipt") : say("receipt")),
    ),
    h(
      "div",
      { class: `body outcome ${shown.tone} ${fresh ? "fresh" : ""}` },
      h("span", { class: "seal", "aria-hidden": "true" }, icon(shown.sign)),
      h("h1", { tabindex: "-1", id: "outcome" }, shown.label),
      sum && h("p", { class: sized(sum) }, sum),
      shown.long && h("p", { class: "soft centred", id: "why" }, shown.long),
      payment?.status === "Reserved" && h("p", { class: "soft centred" }, say("approvedLong")),
      h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    ),
    h("footer", { class: "foot" }, h("button", { type: "button", class: "primary wide", id: "done", click: act.home }, say("done"))),
  ];
}
