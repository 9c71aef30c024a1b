// Line drawings, 24 by 24. Each is beside words that say the same.

const NAMESPACE = 'http://www.w3.org/2000/svg';

const PATHS = {
  tap: ['M6 8.5a9 9 0 0 1 0 7', 'M9.5 6.5a13 13 0 0 1 0 11', 'M13 4.5a17 17 0 0 1 0 15', 'M16.5 2.5a21 21 0 0 1 0 19'],
  insert: ['M7 2.5h10v10H7z', 'M9.5 6h5', 'M3 14.5h18', 'M5 14.5v5.5a1.5 1.5 0 0 0 1.5 1.5h11a1.5 1.5 0 0 0 1.5-1.5v-5.5', 'M12 15.5v4', 'M10 17.5l2 2 2-2'],
  swipe: ['M2.5 7h19v10h-19z', 'M2.5 10h19', 'M14 14h4', 'M16.5 12.5 18 14l-1.5 1.5'],
  check: ['M4.5 12.5 10 18 19.5 7'],
  cross: ['M6 6l12 12', 'M18 6 6 18'],
  clock: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', 'M12 7v5.5l3.5 2'],
  menu: ['M4 7h16', 'M4 12h16', 'M4 17h16'],
  back: ['M10 6l-6 6 6 6', 'M4 12h16'],
  erase: ['M8.5 5H20a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H8.5L3 12z', 'M11.5 9.5l5 5', 'M16.5 9.5l-5 5'],
  sale: ['M5 3h14v18l-2.5-1.5L14 21l-2-1.5L10 21l-2.5-1.5L5 21z', 'M9 8h6', 'M9 12h6'],
  refund: ['M4 12a8 8 0 1 0 2.5-5.8', 'M4 4v4.5h4.5'],
  undo: ['M9 5 4 10l5 5', 'M4 10h10a6 6 0 0 1 0 12h-3'],
  totals: ['M4 20V10', 'M10 20V4', 'M16 20v-7', 'M21 20H3'],
  lock: ['M6 11h12v10H6z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'],
  receipt: ['M6 2.5h12v19l-2-1.5-2 1.5-2-1.5-2 1.5-2-1.5-2 1.5z', 'M9 7.5h6', 'M9 11.5h6', 'M9 15.5h3'],
  settings: ['M4 7h9', 'M17 7h3', 'M15 5v4', 'M4 17h3', 'M11 17h9', 'M9 15v4', 'M4 12h5', 'M13 12h7', 'M11 10v4'],
  plug: ['M9 3v5', 'M15 3v5', 'M6 8h12v3a6 6 0 0 1-12 0z', 'M12 17v4.5'],
  signal: ['M4 20v-4', 'M9 20v-8', 'M14 20V8', 'M19 20V4'],
  card: ['M2.5 5.5h19v13h-19z', 'M2.5 9.5h19', 'M6 15h4'],
  out: ['M10 4H5v16h5', 'M14 8l4 4-4 4', 'M18 12H9'],
  warn: ['M12 3.5 22 20.5H2z', 'M12 10v4.5', 'M12 17.4v.2'],
};

export function icon(name, look = '') {
  const picture = document.createElementNS(NAMESPACE, 'svg');
  const attributes = { viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false', class: `icon icon-${name} ${look}` };
  for (const [key, value] of Object.entries(attributes)) picture.setAttribute(key, value);
  for (const line of PATHS[name]) {
    const path = document.createElementNS(NAMESPACE, 'path');
    path.setAttribute('d', line);
    picture.append(path);
  }
  return picture;
}
