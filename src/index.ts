/** The library: what the webhook and other programs may use. Everything else is inside and may change. */
export type * from './manifest/document.ts';
export type * from './report/report.ts';
