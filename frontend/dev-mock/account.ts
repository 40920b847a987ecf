import { empty, invalid, json, Refused, route, text, type MockRoute } from './http.ts';
import type { MockState } from './state.ts';

const CODE = '123456';
const RECOVERY = ['aaaa-bbbb-cccc', 'dddd-eeee-ffff'];

/** One's own account: proof, sessions, password, address, second factor. */
export function accountRoutes(state: MockState, session: () => unknown): MockRoute[] {
  const needProof = (): void => {
    if (state.proofIsOld) throw new Refused(403, 'reauthentication_required');
  };
  const other = { id: 'other', current: false, browser: 'Safari', system: 'iOS', address: '192.0.2.7' };
  const at = '2026-01-05T08:00:00Z';
  const turn = (on: boolean): void => {
    state.account = { ...state.account, two_factor: on };
    state.user = state.account;
  };
  return [
    route('POST /api/session/second-step', async ({ json: read }) => {
      const code = text((await read()).code);
      if (code === 'over') throw new Refused(410, 'second_step_over');
      if (code !== CODE && !RECOVERY.includes(code)) throw invalid(['/code', 'wrong_code']);
      state.secondStep = false;
      state.user = state.account;
      return json(session());
    }),
    route('POST /api/session/reauthenticate', async ({ json: read }) => {
      const body = await read();
      if (body.password !== state.password) throw invalid(['/password', 'wrong_password']);
      if (state.account.two_factor && body.code !== CODE) throw invalid(['/code', 'wrong_code']);
      state.proofIsOld = false;
      return json(session());
    }),
    route('GET /api/session/sessions', () =>
      json({
        pending_email: state.pendingEmail,
        data: [
          { id: 'this', current: true, browser: 'Firefox', system: 'Linux', address: '127.0.0.1', signed_in_at: at, seen_at: at },
          ...(state.otherSession ? [{ ...other, signed_in_at: at, seen_at: at }] : []),
        ],
      }),
    ),
    route('DELETE /api/session/sessions/:id', () => {
      needProof();
      state.otherSession = false;
      return empty();
    }),
    route('POST /api/session/password', async ({ json: read }) => {
      needProof();
      const password = text((await read()).password);
      if (password.length < 10) throw invalid(['/password', 'password_too_short', { min: 10 }]);
      state.password = password;
      return json(session());
    }),
    route('POST /api/session/email', async ({ json: read }) => {
      needProof();
      state.pendingEmail = text((await read()).email);
      return json({ status: 'verification_sent', email: state.pendingEmail }, 202);
    }),
    route('POST /api/session/password-reset', () => json({ status: 'link_sent' }, 202)),
    route('POST /api/session/password-reset/finish', async ({ json: read }) => {
      const { token, password } = await read();
      if (token === 'used') throw new Refused(410, 'link_used');
      if (text(password).length < 10) throw invalid(['/password', 'password_too_short', { min: 10 }]);
      return empty();
    }),
    route('GET /api/session/two-factor', () =>
      json({ on: state.account.two_factor, since: state.account.two_factor ? at : null, recovery_codes_left: 9 }),
    ),
    route('POST /api/session/two-factor', () => {
      needProof();
      return json({ secret: 'ABCDEFGH', address: 'otpauth://totp/CRM', picture: 'data:image/svg+xml,%3Csvg/%3E' });
    }),
    route('POST /api/session/two-factor/confirm', async ({ json: read }) => {
      if ((await read()).code !== CODE) throw invalid(['/code', 'wrong_code']);
      turn(true);
      return json({ recovery_codes: RECOVERY, session: session() });
    }),
    route('GET /api/v1/workspace/two-factor', () => json({ required_from: null, members: 5, without: 4 })),
    route('DELETE /api/session/two-factor', () => {
      needProof();
      turn(false);
      return json(session());
    }),
  ];
}
