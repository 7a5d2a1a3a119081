/** A Slack-like page of a message: the blocks that libs/messages uses, drawn as Slack's client draws them. */

interface Text {
  readonly type: string;
  readonly text: string;
}
interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly Text[];
}
interface Message {
  readonly blocks: readonly Block[];
  readonly attachments?: readonly { readonly color: string; readonly blocks: readonly Block[] }[];
}

const CSS = `
body{margin:0;padding:16px 20px;background:#fff;color:#1d1c1d;font:15px/1.46 Lato,Helvetica,Arial,sans-serif;width:640px}
.message{display:flex;gap:8px}.icon{width:36px;height:36px;border-radius:6px;background:#4a154b;color:#fff;text-align:center;
line-height:36px;font-weight:700;flex:none}.words{min-width:0;flex:1}.app{font-weight:900}.badge{font-size:10px;background:#ddd;
border-radius:2px;padding:1px 3px;margin-left:4px}.header{font-size:18px;font-weight:900;margin:8px 0}
.dot{display:inline-block;width:14px;
height:14px;border-radius:7px;background:#dd2e44;margin-right:2px}.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px;margin:8px 0}.fields>div,.section{overflow-wrap:anywhere}
.section{margin:8px 0}.context{font-size:13px;color:#616061;margin:4px 0;overflow-wrap:anywhere}
code{font:12px Menlo,Consolas,monospace;color:#c01343;background:#f8f8f8;border:1px solid #ddd;border-radius:3px;padding:2px 3px}
pre{font:12px/1.5 Menlo,Consolas,monospace;background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:8px;margin:4px 0;
white-space:pre-wrap;overflow-wrap:anywhere}.attachment{display:flex;gap:12px;margin-top:4px}.bar{width:4px;border-radius:8px;
flex:none}`;

/** @param body what is posted to Slack. */
export function slackPage(body: string): string {
  const { blocks, attachments = [] } = JSON.parse(body) as Message;
  const bars = attachments.map(
    (one) =>
      `<div class="attachment"><div class="bar" style="background:${one.color}"></div>` +
      `<div class="words">${one.blocks.map(block).join('')}</div></div>`,
  );
  return (
    `<!doctype html><meta charset="utf-8"><style>${CSS}</style><div class="message"><div class="icon">R</div>` +
    `<div class="words"><span class="app">Recho</span><span class="badge">APP</span>` +
    `${blocks.map(block).join('')}${bars.join('')}</div></div>`
  );
}

function block({ type, text: words, fields, elements }: Block): string {
  if (type === 'header') return `<div class="header">${text(words!)}</div>`;
  if (type === 'context') return `<div class="context">${elements!.map(text).join(' ')}</div>`;
  if (type !== 'section')
    throw new Error(`the page cannot draw a block of type ${type}; teach tools/looks/slack-page.ts`);
  const grid = fields?.map((field) => `<div>${text(field)}</div>`).join('');
  return (words ? `<div class="section">${text(words)}</div>` : '') + (grid ? `<div class="fields">${grid}</div>` : '');
}

/** Slack's own escapes are HTML's; what is left of `<` would be a link or a mention, which no message has. */
function text({ type, text: words }: Text): string {
  if (/[<>]/.test(words)) throw new Error(`Slack would read markup in ${JSON.stringify(words)}`);
  // Drawn, as not every machine has a font for it.
  if (type === 'plain_text') return words.replace('🔴', '<span class="dot"></span>');
  // Nothing inside code is formatting, so code is put aside while the rest is formatted.
  const codes: string[] = [];
  const aside = words.replace(/\n?```([^`]*)```|`([^`\n]+)`/g, (_, block?: string, inline?: string) => {
    codes.push(block === undefined ? `<code>${inline}</code>` : `<pre>${block}</pre>`);
    return `<${codes.length - 1}>`;
  });
  return aside
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replaceAll('\n', '<br>')
    .replace(/<(\d+)>/g, (_, index: string) => codes[Number(index)]!);
}
