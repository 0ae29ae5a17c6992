// Loaded before a program, by `node --import`: its wall clock is ahead by the milliseconds that stand in CLOCK_FILE, now.
// The clock that nobody sets, `performance.now`, and timers stay what they are.
import { readFileSync } from 'node:fs';

const RealDate = globalThis.Date;
const now = () => RealDate.now() + Number(readFileSync(process.env.CLOCK_FILE ?? '', 'utf8'));

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static now() {
    return now();
  }
};
