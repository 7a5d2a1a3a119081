import { expect, it } from '@jest/globals';
import { detailsText } from './audit-words.js';

it('says of an audit entry what was changed, with the names that ids are of', () => {
  const nameOf = (id: string): string | undefined => (id === 'id-1' ? 'CRM' : undefined);
  const details = { name: 'Billing', enabled: { from: true, to: false }, PENDING: { from: [], to: ['id-1', 'id-2'] } };
  expect(detailsText(details, nameOf)).toBe('name: Billing, enabled: true → false, PENDING: none → CRM + id-2');
  expect(detailsText({}, nameOf)).toBe('');
});
