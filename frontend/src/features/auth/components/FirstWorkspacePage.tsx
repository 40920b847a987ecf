import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { SignOutLink } from './SignOutLink';
import { WorkspaceForm } from './WorkspaceForm';

/** For somebody who is signed in and belongs to no workspace. */
export function FirstWorkspacePage() {
  const t = useText('auth');
  return (
    <PublicLayout title={t('auth:first.title')} lead={t('auth:first.lead')} footer={<SignOutLink />}>
      <WorkspaceForm />
    </PublicLayout>
  );
}
