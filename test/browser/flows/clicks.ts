import type { Page } from 'playwright-core';

/** In the dialog of `Create new`. @param auth as the choice says it. */
export async function createCustom(page: Page, name: string, target: string, auth?: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'New destination endpoint' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('URL').fill(target);
  if (auth !== undefined) {
    await dialog.getByRole('combobox', { name: 'Authentication' }).click();
    await page.getByRole('option', { name: auth }).click();
  }
  await dialog.getByRole('button', { name: 'Create endpoint' }).click();
  await page.getByRole('dialog', { name: `${name} is there` }).waitFor();
}

/** The button, and what becomes of it on the same page. */
export async function sendTest(page: Page, result = 'Delivered'): Promise<void> {
  await page.getByRole('button', { name: 'Send test event' }).click();
  await page.getByRole('status', { name: 'Result of the test' }).getByText(result).first().waitFor();
}

/** What a button put there. */
export async function clipboard(page: Page): Promise<string> {
  return String(await page.evaluate('navigator.clipboard.readText()'));
}
