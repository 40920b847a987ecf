import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { isProblem } from '@/api/problem';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { NotFoundPage } from './NotFoundPage';

/** A page of an older release asked for a file that is gone. */
function isOldRelease(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|Importing a module script failed/.test(error.message);
}

/** What a page shows when it, or what it loads, fails. The shell around it stays. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const t = useText();
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  if (isProblem(error) && error.status === 404) return <NotFoundPage />;
  if (isOldRelease(error))
    return (
      <EmptyState icon={IconRefresh} title={t('common:release.title')} text={t('common:release.text')} titleOrder={1}>
        <Button onClick={() => window.location.reload()}>{t('common:release.reload')}</Button>
      </EmptyState>
    );
  const retry = (): void => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} onRetry={retry} titleOrder={1} />;
}

/** The same where there is no shell. */
export function PublicRouteError(props: ErrorComponentProps) {
  return (
    <main>
      <RouteError {...props} />
    </main>
  );
}
