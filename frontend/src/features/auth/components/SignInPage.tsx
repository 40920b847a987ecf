import { useState } from 'react';
import { Anchor } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import type { Session } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { storeSession, useSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { SecondStepForm } from './SecondStepForm';
import { SignInForm } from './SignInForm';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const t = useText('auth');
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next } = route.useSearch();
  const [owesCode, setOwesCode] = useState(useSession().second_step);
  const enter = (session: Session): void => {
    storeSession(queryClient, session);
    if (session.second_step) setOwesCode(true);
    else router.history.push(next ?? '/');
  };
  if (owesCode)
    return (
      <PublicLayout title={t('auth:second_step.title')} lead={t('auth:second_step.lead')}>
        <SecondStepForm onSignedIn={enter} onBack={() => setOwesCode(false)} />
      </PublicLayout>
    );
  return (
    <PublicLayout
      title={t('auth:sign_in.title')}
      footer={
        <>
          {t('auth:sign_in.no_account')}{' '}
          <Anchor component={Link} to="/sign-up">
            {t('auth:sign_in.create_account')}
          </Anchor>
        </>
      }
    >
      <SignInForm onSignedIn={enter} />
    </PublicLayout>
  );
}
