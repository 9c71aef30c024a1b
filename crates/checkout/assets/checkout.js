// Help for the payer on top of pages that work without it: checks while typing, one submission per click, and news
// for the shop's page when this page is shown inside it. All texts come from data-* attributes of the page.
(() => {
  'use strict';

  const { body } = document;
  const page = body.dataset;

  /* News for the shop's page ------------------------------------------------------------------------------- */

  const embedded = window.parent !== window;

  // Only the shop's own origin hears anything; in a frame of anybody else the browser drops the message.
  const tell = (event) => {
    if (!embedded || !page.parentOrigin) return;
    const news = { type: 'gopay.checkout', event, id: page.paymentId, url: page.returnUrl, state: page.state };
    window.parent.postMessage(news, page.parentOrigin);
  };

  const leave = () => {
    if (embedded) tell('close');
    else if (page.returnUrl) window.location.replace(page.returnUrl);
  };

  tell('ready');
  tell('state');

  // Outside a frame the page carries a meta refresh that does this; a page made for a frame has none.
  if (page.leaveAfter !== undefined && page.inline !== undefined) {
    window.setTimeout(leave, Number(page.leaveAfter) * 1000);
  }

  for (const link of document.querySelectorAll('a[data-return]')) {
    // Should the frame still be there after this, nobody listened: the second click leaves by the link itself.
    link.addEventListener('click', (event) => {
      if (!embedded || !page.parentOrigin || link.dataset.asked) return;
      event.preventDefault();
      link.dataset.asked = 'yes';
      leave();
    });
  }

  /* Language menu ------------------------------------------------------------------------------------------ */

  const languages = document.querySelector('.languages');

  document.addEventListener('click', (event) => {
    if (languages && !languages.contains(event.target)) languages.open = false;
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (languages && languages.open) {
      languages.open = false;
      languages.querySelector('summary').focus();
    } else if (page.inline !== undefined && !body.querySelector('form.busy')) {
      tell('close');
    }
  });

  /* The card form ------------------------------------------------------------------------------------------ */

  const helpWithCard = (form) => {
    const texts = form.dataset;
    const pan = document.getElementById('cardPan');
    const exp = document.getElementById('cardExp');
    const cvc = document.getElementById('cardCvc');
    const cvcHint = document.getElementById('cardCvcHint');
    const mark = form.querySelector('.card-brand');

    const digitsOf = (text) => text.replace(/[^0-9]/g, '');

    const brands = [
      { name: 'amex', start: /^3[47]/, groups: [4, 6, 5], code: 4 },
      { name: 'visa', start: /^4/ },
      { name: 'mastercard', start: /^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/ },
      { name: 'maestro', start: /^(50|5[6-9]|6[0-9])/ },
    ];
    const plain = { name: '', groups: [4, 4, 4, 4, 3], code: 3 };
    const brandOf = (digits) => ({ ...plain, ...brands.find((brand) => brand.start.test(digits)) });

    const grouped = (digits, groups) => {
      const parts = [];
      let from = 0;
      for (const length of groups) {
        if (from >= digits.length) break;
        parts.push(digits.slice(from, from + length));
        from += length;
      }
      if (from < digits.length) parts.push(digits.slice(from));
      return parts.join(' ');
    };

    const luhn = (digits) => {
      let sum = 0;
      for (let place = 0; place < digits.length; place += 1) {
        let digit = Number(digits[digits.length - 1 - place]);
        if (place % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
      }
      return sum % 10 === 0;
    };

    const panProblem = () => {
      const digits = digitsOf(pan.value);
      if (pan.value.trim() === '') return texts.errorPanMissing;
      if (/[^0-9\s-]/.test(pan.value)) return texts.errorPanCharacters;
      if (digits.length < 12 || digits.length > 19) return texts.errorPanLength;
      return luhn(digits) ? '' : texts.errorPanChecksum;
    };

    const expProblem = () => {
      const text = exp.value.replace(/\s/g, '');
      if (text === '') return texts.errorExpMissing;
      const found = /^(\d{1,2})[/.-](\d{2}|\d{4})$/.exec(text) || /^(\d{2})(\d{2}|\d{4})$/.exec(text);
      if (!found) return texts.errorExpFormat;
      const month = Number(found[1]);
      const year = found[2].length === 2 ? 2000 + Number(found[2]) : Number(found[2]);
      if (month < 1 || month > 12 || year < 2000 || year > 2099) return texts.errorExpFormat;
      const [thisYear, thisMonth] = texts.today.split('-').map(Number);
      return year * 12 + month < thisYear * 12 + thisMonth ? texts.errorExpPast : '';
    };

    const cvcProblem = () => {
      const text = cvc.value.trim();
      if (text === '') return texts.errorCvcMissing;
      const length = brandOf(digitsOf(pan.value)).code;
      if (/^\d+$/.test(text) && text.length === length) return '';
      return length === 4 ? texts.errorCvcFour : texts.errorCvcThree;
    };

    const fields = [
      { input: pan, problem: panProblem },
      { input: exp, problem: expProblem },
      { input: cvc, problem: cvcProblem },
    ];

    const show = ({ input, problem }) => {
      const text = problem();
      const place = document.getElementById(`${input.id}Error`);
      if (place.textContent !== text) place.textContent = text;
      input.setCustomValidity(text);
      if (text) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
      return text === '';
    };

    // Rewrites a field while keeping the caret behind the same digit.
    const rewrite = (input, text) => {
      if (input.value === text) return;
      const atEnd = input.selectionStart === input.value.length;
      const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
      input.value = text;
      if (atEnd || document.activeElement !== input) return;
      let caret = 0;
      for (let seen = 0; seen < before && caret < text.length; caret += 1) {
        if (/\d/.test(text[caret])) seen += 1;
      }
      input.setSelectionRange(caret, caret);
    };

    const tidyPan = () => {
      const digits = digitsOf(pan.value).slice(0, 19);
      const brand = brandOf(digits);
      // What is not a digit stays visible until it is complained about, instead of vanishing while typing.
      if (!/[^0-9\s-]/.test(pan.value)) rewrite(pan, grouped(digits, brand.groups));
      mark.dataset.brand = brand.name;
      cvcHint.textContent = brand.code === 4 ? texts.cardCvcHintFour : texts.cardCvcHint;
    };

    const tidyExp = () => {
      const separated = /^\s*(\d)\s*[/.-]/.exec(exp.value);
      let digits = digitsOf(exp.value);
      if (separated || /^[2-9]/.test(digits)) digits = `0${digits}`;
      if (/[^0-9\s/.-]/.test(exp.value)) return;
      const year = digits.slice(2, digits.slice(2, 4) === '20' ? 6 : 4);
      rewrite(exp, year ? `${digits.slice(0, 2)} / ${year}` : digits);
    };

    form.noValidate = true;
    pan.addEventListener('input', tidyPan);
    exp.addEventListener('input', (event) => {
      if (!event.inputType || !event.inputType.startsWith('delete')) tidyExp();
    });

    for (const field of fields) {
      const { input } = field;
      // A complaint comes when the field is left, and goes as soon as it is put right.
      input.addEventListener('blur', () => {
        if (input.value !== '') show(field);
      });
      input.addEventListener('input', () => {
        if (input.getAttribute('aria-invalid') === 'true') show(field);
        else input.setCustomValidity('');
      });
    }
    pan.addEventListener('blur', () => {
      if (cvc.value !== '') show(fields[2]);
    });

    form.addEventListener('submit', (event) => {
      const wrong = fields.filter((field) => !show(field));
      if (wrong.length === 0) return;
      event.preventDefault();
      wrong[0].input.focus();
    });

    for (const button of document.querySelectorAll('[data-test-card]')) {
      button.addEventListener('click', () => {
        const year = (Number(texts.today.slice(0, 4)) + 4) % 100;
        pan.value = button.dataset.testCard;
        tidyPan();
        exp.value = `12 / ${String(year).padStart(2, '0')}`;
        cvc.value = brandOf(button.dataset.testCard).code === 4 ? '1234' : '123';
        fields.forEach(show);
        form.querySelector('[data-cy="cardSubmit"]').focus();
      });
    }

    tidyPan();
  };

  const cardForm = document.getElementById('cardForm');
  if (cardForm) helpWithCard(cardForm);

  /* One submission per form -------------------------------------------------------------------------------- */

  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener('submit', (event) => {
      // A form with mistakes was stopped by its own listener, which came first.
      if (event.defaultPrevented) return;
      if (body.querySelector('form.busy')) {
        event.preventDefault();
        return;
      }
      form.classList.add('busy');
      // Not `disabled`: a disabled button loses focus and would not send its value.
      for (const button of document.querySelectorAll('button[type="submit"]')) {
        button.setAttribute('aria-disabled', 'true');
      }
      const working = form.querySelector('.working');
      if (working) working.textContent = working.dataset.text;
    });
  }

  // Coming back by the browser's history must not find a dead form.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form.busy')) form.classList.remove('busy');
    for (const button of document.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
    for (const working of document.querySelectorAll('.working')) working.textContent = '';
  });

  const problem = document.getElementById('problem');
  if (problem) problem.focus();
})();
