// Signs that Verovio writes as text of a music font, the notes of a tempo mark, as outlines: so a page needs no such
// font, neither here nor in a PDF. Drawn after Leland (SIL Open Font License 1.1), 1000 units to the em, y upwards.

/** How far it goes to the right, and its outline. */
const OUTLINES: Readonly<Record<string, readonly [number, string]>> = {
  // whole
  "\u{ECA2}": [475, "M238 172C62 172 0 83 0 0C0 -83 62 -172 238 -172C414 -172 475 -83 475 0C475 83 414 172 238 172ZM131 71C131 82 134 92 139 101C160 129 209 133 241 133H242C293 133 309 85 323 37L327 24C337 -9 342 -37 342 -59C342 -74 340 -88 335 -98C318 -127 276 -131 246 -131C205 -131 179 -116 162 -61C151 -29 131 38 131 71Z"],
  // half
  "\u{ECA3}": [425, "M425 863 370 864V152C343 167 312 173 281 173C235 173 186 160 140 135C54 88 0 11 0 -55C0 -126 55 -163 121 -171C129 -171 136 -172 144 -172C261 -172 421 -71 425 54ZM357 26C317 -18 160 -116 99 -116C80 -116 63 -108 53 -93C49 -86 47 -78 47 -70C47 -4 243 99 306 115C307 115 308 115 308 116C315 118 322 119 329 119C356 119 378 98 378 71C378 55 370 38 357 26Z"],
  // quarter
  "\u{ECA5}": [425, "M425 863H370V151C343 167 310 173 279 173C162 173 5 75 -1 -53C-1 -133 71 -173 145 -173C263 -173 423 -72 425 54Z"],
  // eighth
  "\u{ECA7}": [712, "M551 608C509 660 497 683 474 722C449 765 442 786 425 837C425 838 424 839 424 839C423 842 416 869 414 880C413 884 412 887 412 887C411 891 407 901 392 901C391 901 390 901 388 900C377 899 370 889 370 880V150C351 161 328 168 302 171C295 171 287 172 280 172C166 172 0 73 0 -55C0 -136 72 -172 146 -172C264 -172 425 -73 425 54V584C498 538 660 414 660 224C660 121 649 52 627 -34C625 -40 624 -46 624 -52C624 -59 626 -65 634 -68C636 -69 638 -70 640 -70C650 -70 654 -59 658 -50V-49C703 62 711 171 711 238C711 406 649 485 551 608Z"],
  // 16th
  "\u{ECA9}": [712, "M700 126C701 130 711 171 711 288C711 432 631 538 551 633C471 728 432 820 412 912C410 920 404 926 390 926C377 926 370 914 370 906C370 897 371 225 371 150C367 152 337 172 280 172C144 172 0 56 0 -54C0 -165 120 -172 146 -172C271 -172 426 -69 426 54C426 178 426 301 426 315C485 290 568 214 609 156C641 110 663 59 663 -7C663 -40 657 -77 645 -118C644 -121 643 -126 643 -132C643 -140 645 -148 655 -151C657 -152 660 -152 662 -152C677 -152 682 -136 682 -134C704 -76 711 -32 711 37C711 62 710 91 700 126ZM563 320C442 435 426 559 426 609C492 561 660 460 660 209C630 253 596 289 563 320Z"],
  // dot
  "\u{ECB7}": [155, "M78 78C35 78 0 43 0 0C0 -43 35 -78 78 -78C121 -78 155 -43 155 0C155 43 121 78 78 78Z"],
};

/** Beside letters they look large. */
const SIZE = 0.82;
/** Between a note and its dot. */
const GAP = 60;

const TEXT = /<text x="(-?[\d.]+)" y="(-?[\d.]+)"([^>]*)>((?:<tspan[^>]*>)*)<tspan font-family="Leland" font-size="([\d.]+)px">([^<]*)<\/tspan>/g;

/** Draws the notes that begin a text, and moves the rest of the text behind them. */
export function drawn(svg: string): string {
  return svg.replace(TEXT, (whole, x: string, y: string, rest: string, inside: string, size: string, signs: string) => {
    const em = (Number(size) / 1000) * SIZE;
    let paths = "";
    let at = Number(x);
    for (const sign of decoded(signs)) {
      const outline = OUTLINES[sign];
      if (!outline) {
        if (sign.trim()) return whole;
        at += GAP * em;
        continue;
      }
      paths += `<path class="mark" transform="translate(${round(at)}, ${y}) scale(${em}, -${em})" d="${outline[1]}"/>`;
      at += outline[0] * em;
    }
    return `${paths}<text x="${round(at)}" y="${y}"${rest}>${inside}`;
  });
}

const decoded = (text: string) => [...text.replace(/&#x([0-9A-Fa-f]+);/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))];
const round = (value: number) => Math.round(value * 10) / 10;
