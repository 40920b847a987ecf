import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLead } from '../../../../dev-mock/data';
import { ACME } from '../../../../dev-mock/state';
import { fillIn, lastRequest, openApp } from '../../../../test/app';
import { giveLayout } from '../../../../test/layout';
import type { MockServer } from '../../../../dev-mock/server';

const ANNA = '01900000-0000-7000-8000-00000000000a';

function open(path: string, prepare: (server: MockServer) => void = () => undefined, language: 'en' | 'zh-CN' = 'en') {
  return openApp(path, {
    signedIn: true,
    language,
    prepare: (server) => {
      server.state.leads.set(ACME, [makeLead(ANNA, { name: 'Anna Berg', status: 'working' })]);
      server.state.account.language = language;
      prepare(server);
    },
  });
}

const require = (server: MockServer): void => {
  const [need] = server.qualification.demanded.criteria;
  if (need) Object.assign(need, { required: true, evidence: true });
};

beforeEach(() => giveLayout());

describe('the qualification of a lead', () => {
  it('is refused with the reason, and goes through once there is evidence', async () => {
    const { server, user } = await open(`/w/acme/leads/${ANNA}`, require);
    const card = await screen.findByRole('region', { name: 'Qualification' });
    expect(await within(card).findByText('0 of 60 points')).toBeVisible();
    await user.click(within(card).getByRole('button', { name: 'Qualify' }));
    expect(await within(card).findByRole('alert')).toHaveTextContent('Has a need: not assessed yet.');
    await user.click(within(card).getByRole('button', { name: 'Assess: Has a need' }));
    await user.click(within(card).getByRole('button', { name: 'Save' }));
    expect(await within(card).findByText('Say what shows it.')).toBeVisible();
    await user.click(within(card).getByRole('combobox', { name: 'Evidence' }));
    await user.click(await screen.findByRole('option', { name: 'Visit' }));
    await fillIn(user, within(card).getByRole('textbox', { name: 'What it says' }), 'They showed us the old machine.');
    await user.click(within(card).getByRole('button', { name: 'Save' }));
    expect(await within(card).findByText('30 of 60 points')).toBeVisible();
    expect(within(card).getByText('They showed us the old machine.')).toBeVisible();
    const sent: unknown = await lastRequest(server, 'PUT', `/api/v1/leads/${ANNA}/qualification/need`).json();
    expect(sent).toMatchObject({ verdict: 'met', evidence_kind: 'visit', note: 'They showed us the old machine.' });
    await user.click(within(card).getByRole('button', { name: 'Qualify' }));
    await waitFor(() => expect(server.state.leadsOf(ACME)[0]?.status).toBe('qualified'));
  });

  it('names criteria in the language of the interface', async () => {
    await open(`/w/acme/leads/${ANNA}`, require, 'zh-CN');
    const card = await screen.findByRole('region', { name: '资格评定' });
    expect(await within(card).findByText('有明确需求')).toBeVisible();
    expect(within(card).getByText(/“有明确需求”尚未评定。/)).toBeVisible();
  });

  it('is confirmed, or sent back with a reason, by who may', async () => {
    const { server, user } = await open(`/w/acme/leads/${ANNA}`, (server) => {
      server.qualification.demanded.confirm = true;
      Object.assign(server.state.leadsOf(ACME)[0] ?? {}, { qualification_state: 'waiting', qualification_reason: 'Met at the fair' });
    });
    const card = await screen.findByRole('region', { name: 'Qualification' });
    expect(await within(card).findByText(/Met at the fair/)).toBeVisible();
    await user.click(within(card).getByRole('button', { name: 'Send back' }));
    await fillIn(user, within(card).getByRole('textbox', { name: /Why is it sent back/ }), 'Who decides?');
    await user.click(within(card).getByRole('button', { name: 'Send back' }));
    expect(await within(card).findByText('Who decides?')).toBeVisible();
    expect(server.state.leadsOf(ACME)[0]?.qualification_state).toBe('sent_back');
  });
});

describe('the settings of qualification', () => {
  it('say what is demanded, add a criterion and change the order', async () => {
    const { server, user } = await open('/w/acme/settings/qualification');
    expect(await screen.findByText('Nothing is demanded yet: a lead can be qualified at any time.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Add a criterion' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a criterion' });
    await fillIn(user, within(dialog).getByRole('textbox', { name: 'Name in English' }), 'Is not a competitor');
    await user.click(within(dialog).getByRole('checkbox', { name: /Required/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Required: Is not a competitor.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Move up: Is not a competitor' }));
    await waitFor(() => expect(server.qualification.demanded.criteria[1]?.name_en).toBe('Is not a competitor'));
    await user.click(screen.getByRole('switch', { name: /A manager must confirm/ }));
    expect(await screen.findByText(/A manager confirms\./)).toBeVisible();
  });
});
