import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { lastRequest, openApp } from '../../../test/app';

describe('the first steps', () => {
  it('greet an empty workspace, and only an empty one', async () => {
    await openApp('/w/yunhe', { signedIn: true });
    expect(await screen.findByRole('heading', { name: 'Welcome, Lena Vogel' })).toBeVisible();
    expect(screen.getByRole('link', { name: /Import a file/ })).toHaveAttribute('href', '/w/yunhe/imports/new');
  });

  it('leave nobody without a way on who may only look', async () => {
    await openApp('/w/yunhe', { signedIn: true, prepare: ({ state }) => { state.rights = ['read']; } });
    expect(await screen.findByRole('link', { name: /See the leads/ })).toHaveAttribute('href', '/w/yunhe/leads');
    expect(screen.queryByText(/How would you like to start/)).not.toBeInTheDocument();
  });

  it('lead straight to the leads once there are some', async () => {
    await openApp('/w/acme', { signedIn: true });
    await waitFor(() => expect(window.location.pathname).toBe('/w/acme/leads'));
  });

  it('start an import of sample data in this workspace and go to watch it', async () => {
    const { user, server } = await openApp('/w/yunhe', { signedIn: true });
    await user.click(await screen.findByRole('button', { name: /sample data/ }));
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/yunhe\/imports\/.+/));
    const workspace = server.state.workspaces.find(({ slug }) => slug === 'yunhe');
    expect(lastRequest(server, 'POST', '/api/v1/imports/sample').headers.get('X-Workspace')).toBe(workspace?.id);
  });
});
