// Bars and beats of a piece, from its metre map. Bars count from 0 here and from 1 for people.

import type { Meter } from "../bindings/Meter";

interface Span {
  tick: number;
  bar: number;
  /** Ticks of a bar and of a beat. */
  length: number;
  beat: number;
  meter: Meter;
}

export class Bars {
  readonly #spans: Span[] = [];

  constructor(readonly tpq: number, meters: readonly Meter[]) {
    const first = { tick: 0, numerator: 4, denominator: 4, clocks: 24, thirty_seconds: 8 };
    // Files put metres a little beside their bar lines; so far they still stand there (score::Bars).
    const near = Math.floor((tpq * 64) / 48) / 64;
    for (const meter of [first, ...meters]) {
      const beat = (tpq * 4) / meter.denominator;
      const last = this.#spans.at(-1);
      const { bar, tick } = last ? placed(last, meter.tick, near) : { bar: 0, tick: 0 };
      if (last?.tick === tick) this.#spans.pop();
      this.#spans.push({ tick, bar, length: beat * meter.numerator, beat, meter });
    }
  }

  #at(tick: number): Span {
    return this.#last((span) => span.tick <= tick);
  }

  #of(bar: number): Span {
    return this.#last((span) => span.bar <= bar);
  }

  #last(fits: (span: Span) => boolean): Span {
    let found = this.#spans[0];
    for (const span of this.#spans) if (fits(span)) found = span;
    return found;
  }

  /** The bar that `tick` lies in. */
  bar(tick: number): number {
    const span = this.#at(tick);
    return span.bar + Math.floor((tick - span.tick) / span.length);
  }

  /** Where a bar begins. */
  start(bar: number): number {
    const span = this.#of(bar);
    return span.tick + (bar - span.bar) * span.length;
  }

  /** Where a bar ends. */
  end(bar: number): number {
    return this.start(bar + 1);
  }

  /** The ticks of bars that are counted from 1, both included: from where they begin to where they have ended. */
  ticks(bars: { from: number; to: number }): { from: number; to: number } {
    return { from: this.start(bars.from - 1), to: this.end(bars.to - 1) };
  }

  meter(tick: number): Meter {
    return this.#at(tick).meter;
  }

  /** Ticks of a beat at `tick`. */
  beat(tick: number): number {
    return this.#at(tick).beat;
  }

  /** The bar line nearest to `tick`. */
  line(tick: number): number {
    const bar = this.bar(Math.max(0, tick));
    const [from, to] = [this.start(bar), this.end(bar)];
    return tick - from <= to - tick ? from : to;
  }

  /** How many bars are needed to reach `end`; at least one. */
  count(end: number): number {
    return end <= 0 ? 1 : this.bar(end - 1) + 1;
  }

  /** The tick of a place as `place` has it; undefined where no such beat is in the bar. */
  tick({ bar, beat, rest }: { bar: number; beat: number; rest: number }): number | undefined {
    if (bar < 1 || beat < 1 || rest < 0) return undefined;
    const start = this.start(bar - 1);
    const tick = start + (beat - 1) * this.beat(start) + Math.round((rest * this.tpq) / 960);
    return tick < this.end(bar - 1) ? tick : undefined;
  }

  /** Bar and beat from 1, and the ticks past the beat, as parts of 960 to the quarter. */
  place(tick: number): { bar: number; beat: number; rest: number } {
    const at = Math.max(0, tick);
    const bar = this.bar(at);
    const inside = at - this.start(bar);
    const length = this.beat(at);
    const beat = Math.floor(inside / length);
    return { bar: bar + 1, beat: beat + 1, rest: Math.floor(((inside - beat * length) * 960) / this.tpq) };
  }
}

/** Which bar a metre at `tick` begins, and where. One that begins inside a bar cuts that bar short. */
function placed(last: Span, tick: number, near: number): { bar: number; tick: number } {
  const since = Math.max(0, tick - last.tick);
  const whole = Math.floor(since / last.length);
  const rest = since - whole * last.length;
  if (rest <= near) return { bar: last.bar + whole, tick: last.tick + whole * last.length };
  if (last.length - rest <= near) return { bar: last.bar + whole + 1, tick: last.tick + (whole + 1) * last.length };
  return { bar: last.bar + whole + 1, tick };
}
