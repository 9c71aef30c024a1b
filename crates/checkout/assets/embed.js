// The script a shop puts into its page: `_gopay.checkout({ gatewayUrl, inline }, callback)`, and the form with the id
// `gopay-payment-button` bound to it. With `inline` the payment opens in a frame above the shop's page, otherwise the
// browser goes to the payment page.
//
// The frame reports by postMessage { type: 'gopay.checkout', event: 'ready' | 'state' | 'close', id, url, state };
// it is heard only from the gateway's origin and from this very frame.
(() => {
  'use strict';

  if (window._gopay && typeof window._gopay.checkout === 'function') return;

  const FORM_ID = 'gopay-payment-button';

  // [close the window, name of the frame], by the language of the shop's page.
  const WORDS = {
    cs: ['Zavřít bez zaplacení', 'Platba'],
    sk: ['Zavrieť bez zaplatenia', 'Platba'],
    en: ['Close without paying', 'Payment'],
    de: ['Schließen ohne zu zahlen', 'Zahlung'],
    ru: ['Закрыть без оплаты', 'Оплата'],
    pl: ['Zamknij bez płacenia', 'Płatność'],
    hu: ['Bezárás fizetés nélkül', 'Fizetés'],
    ro: ['Închideți fără a plăti', 'Plată'],
    bg: ['Затваряне без плащане', 'Плащане'],
    hr: ['Zatvori bez plaćanja', 'Plaćanje'],
    it: ['Chiudi senza pagare', 'Pagamento'],
    fr: ['Fermer sans payer', 'Paiement'],
    es: ['Cerrar sin pagar', 'Pago'],
  };

  const STYLE = `
    :host { all: initial; display: contents; }
    dialog {
      box-sizing: border-box; width: min(30rem, 100vw); height: min(54rem, 100vh); height: min(54rem, 100dvh);
      max-width: none; max-height: none; margin: auto; padding: 0; overflow: hidden;
      border: 0; border-radius: 18px; background: #f3f5f9; box-shadow: 0 24px 80px rgb(8 15 35 / 45%);
      color-scheme: light dark;
    }
    dialog::backdrop { background: rgb(10 16 30 / 62%); }
    iframe { display: block; width: 100%; height: calc(100% - 48px); border: 0; background: transparent; }
    .bar { display: flex; justify-content: flex-end; height: 48px; }
    button {
      display: grid; place-items: center; width: 48px; height: 48px; margin: 0; padding: 0; border: 0;
      border-radius: 14px; background: transparent; color: #4c576b; cursor: pointer;
    }
    button:hover { color: #131a2a; }
    button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: -5px; }
    svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
    @media (max-width: 32rem) {
      dialog { width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) {
      dialog { background: #0d121c; }
      button { color: #aeb9cb; }
      button:hover { color: #edf1f8; }
      button:focus-visible { outline-color: #8fb2ff; }
    }
  `;

  const words = () => WORDS[document.documentElement.lang.slice(0, 2).toLowerCase()] || WORDS.en;

  // A card form in a page that came unprotected could be anybody's: there the payment takes the whole window.
  const mayOpenInline = () => {
    const { protocol, hostname } = window.location;
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost');
    return (protocol === 'https:' || local) && typeof HTMLDialogElement === 'function';
  };

  const webAddress = (text) => {
    try {
      const url = new URL(text, document.baseURI);
      return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
    } catch {
      return null;
    }
  };

  const drawing = (path) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  };

  // In a shadow tree with a sheet of its own: the shop's styles do not reach in, and its policy allows it.
  const build = (source) => {
    const [closeLabel, title] = words();
    const host = document.createElement('div');
    const root = host.attachShadow({ mode: 'closed' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', title);
    const bar = document.createElement('div');
    bar.className = 'bar';
    const close = document.createElement('button');
    close.type = 'button';
    close.setAttribute('aria-label', closeLabel);
    close.title = closeLabel;
    close.append(drawing('M6 6l12 12M18 6 6 18'));
    bar.append(close);
    const frame = document.createElement('iframe');
    frame.title = title;
    frame.allow = 'payment';
    frame.src = source;
    dialog.append(bar, frame);
    root.append(dialog);
    return { host, dialog, close, frame };
  };

  let open = false;

  const openInline = (gateway, callback) => {
    if (open) return;
    open = true;
    const source = new URL(gateway);
    source.searchParams.set('inline', '1');
    const { host, dialog, close, frame } = build(source.href);
    const scrolling = document.documentElement.style.overflow;
    const focused = document.activeElement;
    let last = { id: undefined, url: undefined, state: undefined };
    let finished = false;

    const finish = () => {
      if (finished) return;
      finished = true;
      open = false;
      window.removeEventListener('message', hear);
      dialog.close();
      host.remove();
      document.documentElement.style.overflow = scrolling;
      if (focused && typeof focused.focus === 'function') focused.focus();
      if (typeof callback === 'function') {
        callback(last);
        return;
      }
      const target = last.url && webAddress(last.url);
      if (target) window.location.assign(last.url);
    };

    const hear = (message) => {
      if (message.origin !== gateway.origin || message.source !== frame.contentWindow) return;
      const news = message.data;
      if (!news || news.type !== 'gopay.checkout') return;
      last = { id: news.id, url: news.url, state: news.state };
      if (news.event === 'close') finish();
    };

    window.addEventListener('message', hear);
    // Escape and the close button leave without paying; the state stays what it is. `showModal` keeps the focus in.
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      finish();
    });
    dialog.addEventListener('close', finish);
    close.addEventListener('click', finish);
    document.body.append(host);
    document.documentElement.style.overflow = 'hidden';
    dialog.showModal();
    frame.focus();
  };

  const checkout = (options, callback) => {
    const gateway = webAddress(options && options.gatewayUrl);
    if (!gateway) throw new TypeError('_gopay.checkout: gatewayUrl is missing or is not a web address');
    if (options.inline && mayOpenInline()) openInline(gateway, callback);
    else window.location.assign(gateway.href);
  };

  const bind = (form) => {
    if (!form || form.dataset.gopayBound) return;
    form.dataset.gopayBound = 'yes';
    form.addEventListener('submit', (event) => {
      // Where inline is not possible the form is sent as it stands, which is redirect mode.
      const gateway = webAddress(form.getAttribute('action'));
      if (event.defaultPrevented || !gateway || !mayOpenInline()) return;
      event.preventDefault();
      openInline(gateway);
    });
  };

  const bindByName = () => bind(document.getElementById(FORM_ID));

  window._gopay = Object.assign(window._gopay || {}, { checkout });
  // The script usually stands inside the form, which exists by now; in a page's head it does not yet.
  bindByName();
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', bindByName);
})();
