import { describe, expect, it } from 'vitest';
import { serviceColours } from './service-colour.js';

const SERVICES = ['waiting-room', 'web', 'identity', 'eligibility', 'booking', 'clinics', 'registry'];

describe('serviceColours', () => {
  it('gives a service the same colour on a page that shows others', () => {
    expect(serviceColours(SERVICES, ['identity']).get('identity')).toBe(serviceColours(SERVICES, ['web', 'identity', 'new-one']).get('identity'));
  });
  it('gives no two of thirty services the same colour, and ends for a thousand', () => {
    const names = Array.from({ length: 30 }, (_, i) => `service-${i}`);
    expect(new Set(serviceColours(names).values()).size).toBe(30);
    expect(serviceColours(Array.from({ length: 1_000 }, (_, i) => `s${i}`)).size).toBe(1_000);
  });
});
