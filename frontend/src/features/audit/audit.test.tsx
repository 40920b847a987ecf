import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../../test/app';

describe('the audit page', () => {
  it('tells in words who did what, and hides no event it has no words for', async () => {
    await openApp('/w/acme/settings/audit', { signedIn: true });
    expect(await screen.findByText('Lena Vogel signed in')).toBeVisible();
    expect(screen.getByText('192.0.2.7 · Firefox · Linux')).toBeVisible();
    expect(screen.getByText('Lena Vogel changed the role of Lena Vogel from Sales to Viewer')).toBeVisible();
    expect(screen.getByText('Lena Vogel moved Lena Vogel from no team to North')).toBeVisible();
    expect(screen.getByText('Lena Vogel changed the role “Branch manager”')).toBeVisible();
    expect(
      screen.getByText('See · Leads: All → Own · Make views for everybody: May not → May · City: No limit → Hidden'),
    ).toBeVisible();
    expect(screen.getByText('brand.new')).toBeVisible();
  });

  it('keeps its filters in the address, for the list and the download', async () => {
    const { server } = await openApp('/w/acme/settings/audit?kind=sign_ins&from=2026-01-05&to=2026-01-05', {
      signedIn: true,
    });
    await screen.findByText('Lena Vogel signed in');
    await waitFor(() => expect(screen.queryByText('brand.new')).not.toBeInTheDocument());
    const asked = new URL(server.requests.find(({ url }) => url.includes('/api/v1/audit'))?.url ?? '').searchParams;
    expect(asked.get('kind')).toBe('sign_ins');
    expect(Date.parse(asked.get('until') ?? '') - Date.parse(asked.get('since') ?? '')).toBe(24 * 3600 * 1000);
    expect(screen.getByRole('link', { name: 'Download CSV' }).getAttribute('href')).toContain('kind=sign_ins');
  });
});
