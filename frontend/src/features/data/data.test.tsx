import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';

const open = () => openApp('/w/acme/settings/data', { signedIn: true, prepare: ({ state }) => (state.role = 'owner') });

describe('the data of a workspace', () => {
  it('is exported into a file that only appears when it is ready', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Export the workspace' }));
    expect(await screen.findByText(/begins in a moment/)).toBeVisible();
    const link = await screen.findByRole('link', { name: 'Download' }, { timeout: 5000 });
    expect(link.getAttribute('href')).toMatch(/\/api\/v1\/workspace\/exports\/.+\/download\?workspace=/);
    expect(screen.getByText(/2,468 rows · 2 files/)).toBeVisible();
  });

  it('shows its backups and that they were tested', async () => {
    await open();
    expect(await screen.findByText('Restored as a test')).toBeVisible();
    expect(screen.getByText(/the last 14 are kept/)).toBeVisible();
  });

  it('goes back to a backup once it was compared and its name typed', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: 'Restore …' }));
    expect(await screen.findByRole('row', { name: 'Leads 1,200 240' })).toBeVisible();
    await fillIn(user, screen.getByLabelText(/to confirm/), 'Acme');
    await user.click(screen.getByRole('button', { name: 'Restore' }));
    expect(await screen.findByText('This is not the name of the workspace.')).toBeVisible();
    await fillIn(user, screen.getByLabelText(/to confirm/), 'Acme Trading');
    await user.click(screen.getByRole('button', { name: 'Restore' }));
    expect(await screen.findByText(/is being restored/)).toBeVisible();
    expect(await lastRequest(server, 'POST', '/api/v1/workspace/restores').json()).toEqual({
      backup_id: '01900000-0000-7000-8000-0000000000d1',
      name: 'Acme Trading',
    });
    expect(await screen.findByText('The workspace was restored', {}, { timeout: 5000 })).toBeVisible();
    expect(screen.getByText(/The state before is among the backups/)).toBeVisible();
  });

  it('is closed only by typing the name, and can be opened again', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: /^Delete the workspace/ }));
    const name = await screen.findByLabelText(/to confirm/);
    await fillIn(user, name, 'Acme');
    await user.click(screen.getByRole('button', { name: 'Close and delete' }));
    expect(await screen.findByText('This is not the name of the workspace.')).toBeVisible();
    await fillIn(user, name, 'Acme Trading');
    await user.click(screen.getByRole('button', { name: 'Close and delete' }));
    expect(await screen.findByRole('heading', { name: 'Acme Trading is closed' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Open it again' }));
    expect(await screen.findByRole('heading', { name: 'Data' })).toBeVisible();
    await waitFor(() => expect(lastRequest(server, 'POST', `/api/session/workspaces/${server.state.workspaces[0]?.id}/reopen`)).toBeTruthy());
  });

  it('is not closed by somebody who does not own it', async () => {
    await openApp('/w/acme/settings/data', { signedIn: true });
    expect(await screen.findByText('Restored as a test')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Delete the workspace/ })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Restore …' })).toBeNull();
  });
});
