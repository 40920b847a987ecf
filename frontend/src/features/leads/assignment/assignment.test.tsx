import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLead } from '../../../../dev-mock/data';
import { COLLEAGUE } from '../../../../dev-mock/objects';
import { ACME } from '../../../../dev-mock/state';
import { fillIn, lastRequest, openApp } from '../../../../test/app';
import { giveLayout } from '../../../../test/layout';
import type { MockServer } from '../../../../dev-mock/server';

const ANNA = '01900000-0000-7000-8000-00000000000a';

function open(path: string, prepare: (server: MockServer) => void = () => undefined) {
  return openApp(path, {
    signedIn: true,
    prepare: (server) => {
      server.state.leads.set(ACME, [makeLead(ANNA, { name: 'Anna Berg', status: 'working' })]);
      prepare(server);
    },
  });
}

beforeEach(() => giveLayout());

describe('the rules of assignment', () => {
  it('are added, switched off, put in order and tried', async () => {
    const { server, user } = await open('/w/acme/settings/assignment', (server) => {
      server.assignment.add({ name: 'The rest' });
    });
    await user.click(await screen.findByRole('button', { name: 'Add a rule' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a rule' });
    await fillIn(user, within(dialog).getByRole('textbox', { name: 'Name of the rule' }), 'Chinese leads');
    await user.click(within(dialog).getByRole('radio', { name: 'One member' }));
    expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.click(within(dialog).getByRole('combobox', { name: 'Member' }));
    await user.click(await screen.findByRole('option', { name: '李明' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Every lead → 李明')).toBeVisible();
    const sent: unknown = await lastRequest(server, 'POST', '/api/v1/assignment/rules').json();
    expect(sent).toMatchObject({ name: 'Chinese leads', kind: 'member', member_id: COLLEAGUE, filter: null });
    await user.click(screen.getByRole('button', { name: 'Move up: Chinese leads' }));
    await waitFor(() => expect(server.assignment.rules[0]?.name).toBe('Chinese leads'));
    await user.click(screen.getByRole('switch', { name: 'At work: The rest' }));
    expect(await screen.findByText('Off')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try the rules' }));
    const trial = await screen.findByRole('dialog', { name: 'Try the rules' });
    await user.click(within(trial).getByRole('combobox', { name: 'Lead' }));
    await user.click(await screen.findByRole('option', { name: 'Anna Berg' }));
    expect(await within(trial).findByText('李明 would get it.')).toBeVisible();
  });

  it('show what each can take, and keep what is changed', async () => {
    const { server, user } = await open('/w/acme/settings/assignment');
    expect(await screen.findByText('5 of 5 open leads')).toBeVisible();
    const capacity = screen.getByRole('textbox', { name: 'Most open leads of 李明' });
    await fillIn(user, capacity, '8');
    await user.tab();
    expect(await screen.findByText('5 of 8 open leads')).toBeVisible();
    await user.click(screen.getByRole('checkbox', { name: '李明 is away' }));
    await waitFor(() => expect(server.assignment.loads[1]?.paused).toBe(true));
  });
});

describe('a lead', () => {
  it('is assigned from its menu while rules are at work', async () => {
    const { server, user } = await open(`/w/acme/leads/${ANNA}`, (server) => {
      server.assignment.add({ name: 'All of sales' });
    });
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Assign by the rules' }));
    expect(await screen.findByText('李明 owns it now.')).toBeVisible();
    expect(server.state.leadsOf(ACME)[0]?.owner_id).toBe(COLLEAGUE);
  });

  it('that is new names no owner where the rules are to choose', async () => {
    const { server, user } = await open('/w/acme/leads?create=true', (server) => {
      server.assignment.add({ name: 'All of sales' });
    });
    const dialog = await screen.findByRole('dialog', { name: 'New lead' });
    await fillIn(user, within(dialog).getByRole('textbox', { name: 'Name' }), 'Ben Hall');
    await user.click(await within(dialog).findByRole('checkbox', { name: 'Assign by the rules' }));
    expect(within(dialog).queryByRole('combobox', { name: 'Owner' })).not.toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(lastRequest(server, 'POST', '/api/v1/leads')).toBeDefined());
    const sent: unknown = await lastRequest(server, 'POST', '/api/v1/leads').json();
    expect(sent).toEqual({ name: 'Ben Hall' });
  });
});
