import type { Page } from 'playwright-core';

/** A Teams-like page for a card, drawn by Microsoft's own renderer with the colours that Teams has. */
export function teamsPage(): string {
  return (
    `<!doctype html><meta charset="utf-8"><style>body{margin:0;padding:16px;background:#f5f5f5;width:648px;` +
    `font-family:'Segoe UI',Helvetica,Arial,sans-serif}#card{background:#fff;border:1px solid #e0e0e0;border-radius:4px;overflow-wrap:anywhere}` +
    `</style><div id="card"></div>`
  );
}

/** Options of the renderer: Teams' light theme, as far as our cards use it. */
const HOST = {
  fontFamily: "'Segoe UI', Helvetica, Arial, sans-serif",
  supportsInteractivity: false,
  spacing: { small: 4, default: 8, medium: 16, large: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: '#e0e0e0' },
  containerStyles: {
    default: {
      backgroundColor: '#ffffff',
      foregroundColors: {
        default: { default: '#242424', subtle: '#616161' },
        attention: { default: '#c4314b', subtle: '#c4314b' },
      },
    },
    attention: {
      backgroundColor: '#fcf4f6',
      foregroundColors: {
        default: { default: '#242424', subtle: '#616161' },
        attention: { default: '#c4314b', subtle: '#c4314b' },
      },
    },
  },
};

/** The renderer is on the page; what runs there knows nothing of this file. */
export async function drawCard(page: Page, body: string): Promise<void> {
  const [{ content }] = (JSON.parse(body) as { attachments: [{ content: object }] }).attachments;
  await page.evaluate(`{
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(HOST)});
    card.parse(${JSON.stringify(content)});
    document.getElementById('card').appendChild(card.render());
  }`);
}
