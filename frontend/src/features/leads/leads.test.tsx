import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MockServer } from '../../../dev-mock/server';
import { makeLead } from '../../../dev-mock/data';
import { COLLEAGUE } from '../../../dev-mock/objects';
import { ACME } from '../../../dev-mock/state';
import { lastRequest, openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';
import type { Lead } from '@/api/types';

const ANNA = '01900000-0000-7000-8000-00000000000a';
const BEN = '01900000-0000-7000-8000-00000000000b';
const CHEN = '01900000-0000-7000-8000-00000000000c';

function people(): Lead[] {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
  return [
    makeLead(ANNA, { name: 'Anna Berg', company: 'Nordlicht', emails: ['anna@nordlicht.test'], status: 'working' }, at(12)),
    makeLead(BEN, { name: 'Ben Hall', company: 'Old Mill', phones: ['+441132223344'] }, at(11)),
    makeLead(CHEN, { name: '陈静', company: '华信科技', status: 'converted' }, at(10)),
  ];
}

interface Opened {
  server: MockServer;
  user: UserEvent;
}

function open(path = '/w/acme/leads', leads = people()): Promise<Opened> {
  return openApp(path, { signedIn: true, prepare: (server) => server.state.leads.set(ACME, leads) });
}

function leadOf(server: MockServer, id: string): Lead {
  const found = server.state.leadsOf(ACME).find((lead) => lead.id === id);
  if (!found) throw new Error(`no lead ${id}`);
  return found;
}

async function cell(name: RegExp): Promise<HTMLElement> {
  return screen.findByRole('gridcell', { name });
}

/** Open the editor of a cell as the mouse does and give back its field. */
async function editCell(user: UserEvent, name: RegExp): Promise<HTMLElement> {
  await user.dblClick(await cell(name));
  return screen.findByRole('textbox', { name: 'Company' });
}

beforeEach(() => giveLayout());

describe('the list of leads', () => {
  it('mends a mistyped word and says so', async () => {
    await open('/w/acme/leads?q=anan');
    expect(await screen.findByRole('rowheader', { name: 'Anna Berg' })).toBeInTheDocument();
    expect(screen.getByText('Nothing has “anan”. Showing results for “anna”.')).toBeVisible();
  });

  it('shows what the address asks for, and counts it', async () => {
    const filter = encodeURIComponent(JSON.stringify({ all: [{ field: 'status', op: 'in', value: ['working'] }] }));
    await open(`/w/acme/leads?filter=${filter}`);
    expect(await screen.findByRole('rowheader', { name: 'Anna Berg' })).toBeInTheDocument();
    expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument();
    expect(screen.getByText('1 lead')).toBeInTheDocument();
    expect(within(screen.getByRole('group', { name: 'Active filters' })).getByText('Working')).toBeVisible();
  });

  it('puts a filter that was chosen into the address, and takes it out again', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Add filter' }));
    await user.click(await screen.findByRole('option', { name: 'Status' }));
    await user.click(await screen.findByRole('option', { name: 'Working' }));
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument());
    expect(decodeURIComponent(window.location.search)).toContain('{"field":"status","op":"in","value":["working"]}');
    await user.click(screen.getByRole('button', { name: 'Remove the filter Status' }));
    expect(await screen.findByText('Ben Hall')).toBeInTheDocument();
    expect(window.location.search).toBe('');
  });

  it('sorts by a click on a header and says so to screen readers', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Company' }));
    await waitFor(() => expect(window.location.search).toBe('?sort=company'));
    expect(screen.getByRole('columnheader', { name: 'Company' })).toHaveAttribute('aria-sort', 'ascending');
  });

  it('offers the likely steps while there is nothing, and a way back when nothing matches', async () => {
    const { user } = await open('/w/acme/leads', []);
    expect(await screen.findByRole('heading', { name: 'No leads yet' })).toBeVisible();
    expect(screen.getAllByRole('link', { name: 'Import a file' })[0]).toHaveAttribute('href', '/w/acme/imports/new');
    await user.type(screen.getByRole('searchbox', { name: 'Search leads' }), 'nobody');
    await user.click(await screen.findByRole('button', { name: 'Clear search and filters' }));
    expect(await screen.findByRole('heading', { name: 'No leads yet' })).toBeVisible();
  });

  it('opens a lead by Enter, goes on by J, and gives the focus back by Esc', async () => {
    const { user } = await open();
    const grid = await screen.findByRole('grid', { name: 'Leads' });
    grid.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 2, name: 'Anna Berg' })).toBeVisible();
    await user.keyboard('j');
    expect(await screen.findByRole('heading', { level: 2, name: 'Ben Hall' })).toBeVisible();
    expect(window.location.search).toBe(`?open=${BEN}`);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('heading', { level: 2 })).not.toBeInTheDocument());
    expect(grid).toHaveFocus();
  });
});

describe('editing a cell', () => {
  it('shows the new value at once and sends it with the version it was read at', async () => {
    const { server, user } = await open();
    const field = await editCell(user, /^Old Mill/);
    await user.clear(field);
    await user.type(field, 'New Mill{Enter}');
    expect(await cell(/^New Mill/)).toBeInTheDocument();
    await waitFor(() => expect(leadOf(server, BEN).company).toBe('New Mill'));
    const sent = lastRequest(server, 'PATCH', `/api/v1/leads/${BEN}`);
    expect(sent.headers.get('If-Match')).toBe('"1"');
    expect(await sent.json()).toEqual({ company: 'New Mill' });
  });

  it('is left as it was by Esc', async () => {
    const { server, user } = await open();
    const field = await editCell(user, /^Old Mill/);
    await user.type(field, ' changed{Escape}');
    await waitFor(() => expect(field).not.toBeInTheDocument());
    expect(await cell(/^Old Mill$/)).toBeInTheDocument();
    expect(server.requests.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('takes a refused value back and keeps what was typed, with the reason beside it', async () => {
    const { server, user } = await open();
    await user.dblClick(await cell(/^anna@nordlicht\.test/));
    const field = await screen.findByRole('textbox', { name: 'E-mail 1' });
    await user.clear(field);
    await user.type(field, 'not an address{Enter}');
    expect(await screen.findByText('This does not look like an e-mail address.')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'E-mail 1' })).toHaveValue('not an address');
    expect(leadOf(server, ANNA).emails).toEqual(['anna@nordlicht.test']);
    expect(within(await cell(/^anna@nordlicht\.test/)).getByText('anna@nordlicht.test')).toBeInTheDocument();
  });

  it('shows who changed the same field meanwhile, and lets the reader keep theirs', async () => {
    const { server, user } = await open();
    const field = await editCell(user, /^Old Mill/);
    server.leads.change(leadOf(server, BEN), { company: 'Mill House' }, { ...server.state.account, id: COLLEAGUE });
    await user.clear(field);
    await user.type(field, 'My Mill{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Changed by somebody else' });
    expect(dialog).toHaveTextContent('李明 changed Ben Hall');
    expect(dialog).toHaveTextContent('Mill House');
    await user.click(within(dialog).getByRole('button', { name: 'Keep theirs' }));
    expect(await cell(/^Mill House/)).toBeInTheDocument();
    expect(leadOf(server, BEN).company).toBe('Mill House');
  });

  it('lets the reader save their own value over it', async () => {
    const { server, user } = await open();
    const field = await editCell(user, /^Old Mill/);
    server.leads.change(leadOf(server, BEN), { company: 'Mill House' });
    await user.clear(field);
    await user.type(field, 'My Mill{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Save mine' }));
    await waitFor(() => expect(leadOf(server, BEN).company).toBe('My Mill'));
    expect(leadOf(server, BEN).version).toBe(3);
  });
});

describe('a lead', () => {
  it('offers only the steps that its status allows', async () => {
    const { user } = await open(`/w/acme/leads?open=${ANNA}`);
    await user.click(await screen.findByRole('button', { name: 'Status: Working. Change' }));
    const steps = (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
    expect(steps).toEqual(['New', 'Qualified', 'Unqualified']);
  });

  it('has no steps when nothing leads out of its status', async () => {
    await open(`/w/acme/leads?open=${CHEN}`);
    const panel = await screen.findByRole('region', { name: '陈静' });
    expect(within(panel).getAllByText('Converted')[0]).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Status:/ })).not.toBeInTheDocument();
  });

  it('asks for the reason before it becomes unqualified', async () => {
    const { server, user } = await open(`/w/acme/leads?open=${ANNA}`);
    await user.click(await screen.findByRole('button', { name: 'Status: Working. Change' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Unqualified' }));
    const reason = await screen.findByRole('textbox', { name: 'Why unqualified' });
    await user.type(reason, '{Enter}');
    expect(await screen.findByText('Please give a reason.')).toBeVisible();
    expect(leadOf(server, ANNA).status).toBe('working');
    await user.type(reason, 'No budget{Enter}');
    await waitFor(() => expect(leadOf(server, ANNA)).toMatchObject({ status: 'unqualified', unqualified_reason: 'No budget' }));
  });

  it('comes back after being deleted', async () => {
    const { server, user } = await open(`/w/acme/leads?open=${BEN}`);
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'Ben Hall' })).not.toBeInTheDocument());
    await waitFor(() => expect(server.state.leadsOf(ACME)).toHaveLength(2));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('rowheader', { name: 'Ben Hall' })).toBeInTheDocument();
    expect(server.state.leadsOf(ACME)).toHaveLength(3);
  });

  it('tells on its own page that it was deleted, by whom, and can be brought back', async () => {
    const { server, user } = await open(`/w/acme/leads/${BEN}`);
    await screen.findByRole('heading', { level: 1, name: 'Ben Hall' });
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await screen.findByRole('grid');
    await waitFor(() => expect(server.state.leadsOf(ACME)).toHaveLength(2));
    window.history.back();
    expect(await screen.findByText(/Lena Vogel deleted it/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Bring it back' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Ben Hall' })).toBeVisible();
  });
});

describe('a new lead', () => {
  const form = () => screen.findByRole('dialog', { name: 'New lead' });

  it('explains what it takes and sends nothing until then', async () => {
    const { server, user } = await open('/w/acme/leads?create=true');
    await user.click(within(await form()).getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Fill in at least one of');
    expect(server.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('keeps what was typed when the form is left', async () => {
    const { user } = await open('/w/acme/leads?create=true');
    await user.type(within(await form()).getByRole('textbox', { name: 'Company' }), 'Café São Bento');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await user.keyboard('c');
    expect(within(await form()).getByRole('textbox', { name: 'Company' })).toHaveValue('Café São Bento');
    expect(screen.getByText('Your unsaved draft is back.')).toBeVisible();
  });

  it('is saved by Ctrl-Enter, opens, and leaves no draft', async () => {
    const { server, user } = await open('/w/acme/leads?create=true');
    await user.type(within(await form()).getByRole('textbox', { name: 'Name' }), 'Dora');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByRole('heading', { level: 2, name: 'Dora' })).toBeVisible();
    expect(server.state.leadsOf(ACME)[0]).toMatchObject({ name: 'Dora', owner_id: server.state.account.id });
    expect(Object.keys(localStorage).filter((key) => key.startsWith('crm-draft'))).toEqual([]);
  });

  it('warns while typing that somebody has this e-mail already', async () => {
    const { user } = await open('/w/acme/leads?create=true');
    await user.type(within(await form()).getByRole('textbox', { name: 'E-mail 1' }), 'anna@nordlicht.test');
    const warning = await screen.findByText('There may be one already');
    expect(warning).toBeVisible();
    expect(within(await form()).getByRole('link', { name: 'Anna Berg' })).toHaveAttribute('href', `/w/acme/leads/${ANNA}`);
  });

  it('that is refused as a duplicate can be saved all the same', async () => {
    const { server, user } = await open('/w/acme/leads?create=true');
    await user.type(within(await form()).getByRole('textbox', { name: 'E-mail 1' }), 'anna@nordlicht.test');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByRole('link', { name: 'Open Anna Berg' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Save anyway' }));
    await waitFor(() => expect(server.state.leadsOf(ACME)).toHaveLength(4));
  });

  it('shows the server’s objection at its field', async () => {
    const { user } = await open('/w/acme/leads?create=true');
    await user.type(within(await form()).getByRole('textbox', { name: 'E-mail 1' }), 'nonsense');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByText('This does not look like an e-mail address.')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'E-mail 1' })).toBeInvalid();
  });
});
