// What slides up over a screen: whose phone it is, the language, the way out, the secret of a guarded simulator. A real dialog
// each, so that the keyboard stays inside and Escape closes it.

import { avatar, h } from "./dom.js";
import { icon } from "./icons.js";
import { LANGUAGES, say, spoken } from "./words.js";

const host = () => document.getElementById("sheet");

/** Shows a sheet and returns what was chosen, or null when it was closed. */
function sheet(title, build, { closable = true } = {}) {
  return new Promise((chosen) => {
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "sheetTitle" });
    let result = null;
    const choose = (value) => {
      result = value;
      dialog.close();
    };
    dialog.append(
      h(
        "div",
        { class: "sheet-top" },
        h("h2", { id: "sheetTitle", tabindex: "-1" }, title),
        closable && h("button", { type: "button", class: "round", id: "closeSheet", click: () => dialog.close(), "aria-label": say("close") }, icon("cross")),
      ),
      build(choose),
    );
    dialog.addEventListener("cancel", (event) => {
      if (!closable) event.preventDefault();
    });
    dialog.addEventListener("click", (event) => {
      if (closable && event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      chosen(result);
    });
    host().append(dialog);
    dialog.showModal();
    dialog.querySelector("h2").focus();
  });
}

const COUNTRIES = { DK: { key: "denmark" }, FI: { key: "finland" } };

function traits(customer) {
  const said = [customer.paymentSource === "DebitCard" ? say("debitCard") : say("creditCard")];
  if (customer.loyaltyIds.length > 0) said.push(say("loyalty"));
  if (!customer.partialCapture) said.push(say("noPartialCapture"));
  if (customer.failReservation) said.push(say("alwaysDeclined"));
  if (customer.age < 18) said.push(say("yearsOld", { age: customer.age }));
  return said.join(" · ");
}

export function chooseCustomer(customers, present, closable = true) {
  return sheet(
    say("whosePhone"),
    (choose) => {
      const box = h("div", { class: "sheet-body" });
      for (const [country, name] of Object.entries(COUNTRIES)) {
        const own = customers.filter((customer) => customer.country === country);
        box.append(
          h("h3", {}, say(name.key)),
          h(
            "ul",
            { class: "rows" },
            own.map((customer) =>
              h(
                "li",
                {},
                h(
                  "button",
                  { type: "button", class: "row", "data-phone": customer.phoneNumber, "aria-pressed": String(customer.phoneNumber === present), click: () => choose(customer) },
                  avatar(customer.name),
                  h("span", { class: "row-main" }, h("strong", {}, customer.name), h("span", { class: "soft" }, traits(customer)), h("span", { class: "soft small" }, customer.phoneNumber)),
                  customer.phoneNumber === present && icon("check"),
                ),
              ),
            ),
          ),
        );
      }
      return box;
    },
    { closable },
  );
}

export function chooseLanguage() {
  return sheet(say("language"), (choose) =>
    h(
      "div",
      { class: "sheet-body" },
      h(
        "ul",
        { class: "rows" },
        Object.entries(LANGUAGES).map(([tag, name]) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", class: "row", lang: tag, "data-language": tag, "aria-pressed": String(tag === spoken()), click: () => choose(tag) },
              h("span", { class: "row-main" }, h("strong", {}, name)),
              tag === spoken() && icon("check"),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Asks before something that cannot be taken back. */
export function sure(title, text, yes) {
  return sheet(title, (choose) =>
    h(
      "div",
      { class: "sheet-body" },
      h("p", { class: "soft" }, text),
      h("button", { type: "button", class: "danger wide", id: "sure", click: () => choose(true) }, yes),
      h("button", { type: "button", class: "secondary wide", id: "notSure", click: () => choose(null) }, say("keepIt")),
    ),
  );
}

export function askSecret() {
  return sheet(
    say("secretTitle"),
    (choose) => {
      const field = h("input", { type: "password", id: "secret", autocomplete: "off" });
      return h(
        "form",
        {
          class: "sheet-body",
          submit: (event) => {
            event.preventDefault();
            if (field.value) choose(field.value);
          },
        },
        h("label", { for: "secret" }, say("secretLong")),
        field,
        h("button", { type: "submit", class: "primary wide" }, say("unlock")),
      );
    },
    { closable: false },
  );
}
