// Looks at a page as an inspector for accessibility does and returns what is wrong with it, one line each.
// arguments[0]: the language the page must be in.
const [language] = arguments;
const wrong = [];
const check = (holds, complaint) => { if (!holds) wrong.push(complaint); };
const all = (css) => [...document.querySelectorAll(css)];
const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const room = document.documentElement.clientWidth;
const hidden = (element) => element.closest('.visually-hidden') !== null;
const called = (element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className.baseVal ?? element.className}`;

// Structure
check(document.documentElement.lang === language, `lang is ${document.documentElement.lang}`);
check(document.title.trim() !== '', 'no title');
for (const single of ['h1', 'main', 'body > header']) {
  check(all(single).length === 1, `${all(single).length} of ${single}`);
}
const ids = all('[id]').map((element) => element.id);
check(new Set(ids).size === ids.length, `an id twice: ${ids}`);
for (const name of ['aria-labelledby', 'aria-describedby', 'for']) {
  for (const element of all(`[${name}]`)) {
    for (const id of element.getAttribute(name).split(' ')) {
      check(document.getElementById(id) !== null, `${called(element)} refers to ${id}`);
    }
  }
}
let level = 0;
for (const heading of all('h1, h2, h3, h4')) {
  const next = Number(heading.tagName[1]);
  check(next <= level + 1, `${heading.tagName} "${heading.textContent}" after H${level}`);
  check(heading.textContent.trim() !== '', `an empty ${heading.tagName}`);
  level = next;
}
for (const picture of all('svg')) {
  check(picture.closest('[aria-hidden=true]') !== null || picture.getAttribute('aria-label'), 'a picture without words');
}

// Sizes
check(document.scrollingElement.scrollWidth <= room, `${document.scrollingElement.scrollWidth} px wide`);
for (const element of all('body *')) {
  if (!seen(element) || hidden(element) || element.closest('svg')) continue;
  const box = element.getBoundingClientRect();
  check(box.left >= -0.5 && box.right <= room + 0.5, `${called(element)} reaches from ${box.left} to ${box.right}`);
  const clipped = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'hidden';
  check(!clipped, `${called(element)} is cut off`);
}
for (const control of all('button, input:not([type=hidden]), summary, a.button')) {
  if (!seen(control)) continue;
  const { width, height } = control.getBoundingClientRect();
  check(width >= 44 && height >= 40, `${called(control)} is ${width} by ${height}`);
}

// Colours (WCAG 2.2, 1.4.3 and 1.4.11)
const colour = (text) => {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  const scale = text.startsWith('color(') ? 255 : 1;
  return { rgb: [red * scale, green * scale, blue * scale], alpha };
};
const over = (top, below) => top.rgb.map((part, index) => part * top.alpha + below[index] * (1 - top.alpha));
const ground = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(colour(getComputedStyle(at).backgroundColor));
  const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  return layers.reduceRight((below, layer) => over(layer, below), canvas);
};
const strength = (element) => {
  let product = 1;
  for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
  return product;
};
const luminance = (rgb) => {
  const [red, green, blue] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
let looked = 0;
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (texts.currentNode.data.trim() === '' || !seen(element) || hidden(element) || element.closest('svg')) continue;
  const below = ground(element);
  const ink = colour(getComputedStyle(element).color);
  const ratio = contrast(over({ ...ink, alpha: ink.alpha * strength(element) }, below), below);
  looked += 1;
  check(ratio >= 4.5, `${called(element)} "${texts.currentNode.data.trim()}" has contrast ${ratio.toFixed(2)}`);
}
check(looked >= 5, `only ${looked} texts`);
for (const field of all('input:not([type=hidden])')) {
  const around = ground(field.parentElement);
  const ratio = contrast(over(colour(getComputedStyle(field).borderTopColor), around), around);
  check(ratio >= 3, `the border of ${called(field)} has contrast ${ratio.toFixed(2)}`);
}

// What the page is made of
check(all('style, [style], script:not([src]), [onclick], [onload], [onsubmit]').length === 0, 'something inline');
for (const entry of performance.getEntriesByType('resource')) {
  check(entry.name.startsWith(`${location.origin}/`), `asks for ${entry.name}`);
}
return wrong;
