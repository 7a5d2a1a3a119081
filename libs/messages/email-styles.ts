/** Inline styles of the email's HTML: mail clients drop much of a style sheet, but keep these. */
const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;';
const MONO = 'font-family:ui-monospace,SFMono-Regular,Consolas,Menlo,monospace;';
/** A word without spaces (a call id, a path) breaks where the card ends. */
const BREAK = 'overflow-wrap:anywhere;word-break:break-word;';

export const STYLES = {
  page: `margin:0;padding:0;background:#f3f4f6;color:#111827;${FONT}font-size:15px;line-height:1.45;`,
  around: 'padding:24px 12px;',
  card: 'max-width:600px;width:100%;background:#ffffff;border-radius:8px;text-align:left;',
  clean: 'border-top:4px solid #6b7280;',
  failed: 'border-top:4px solid #d92d20;',
  title: 'padding:20px 24px 0;font-size:20px;font-weight:600;',
  time: 'padding:2px 24px 14px;font-size:13px;color:#4b5563;',
  label: 'padding:3px 12px 3px 24px;width:80px;color:#4b5563;vertical-align:top;white-space:nowrap;',
  value: `padding:3px 24px 3px 0;vertical-align:top;${MONO}font-size:14px;${BREAK}`,
  count: 'padding:18px 24px 4px;font-weight:600;color:#b42318;',
  errorAround: 'padding:4px 24px;',
  error: 'background:#fef3f2;border-left:4px solid #d92d20;border-radius:4px;padding:10px 14px;',
  code: `${MONO}font-weight:700;font-size:14px;color:#b42318;${BREAK}`,
  message: `margin-top:2px;white-space:pre-wrap;${BREAK}`,
  about: `margin-top:4px;font-size:13px;color:#4b5563;${BREAK}`,
  trace: `margin:8px 0 0;${MONO}font-size:12px;line-height:1.4;color:#374151;white-space:pre-wrap;${BREAK}`,
  rest: 'padding:8px 24px 0;font-size:13px;color:#4b5563;',
  end: 'font-size:8px;line-height:16px;',
} as const;

/** Where a client reads style sheets and is dark; elsewhere the light card stays readable as it is. */
export const DARK =
  '@media (prefers-color-scheme:dark){.page{background:#111418!important;color:#e5e7eb!important}' +
  '.card{background:#1c2128!important}.soft{color:#9ca3af!important}.bad{color:#ff8a80!important}' +
  '.error{background:#3a1d1c!important}.trace{color:#cbd5e1!important}}';
